// SPDX-License-Identifier: GPL-2.0
//go:build ignore

// wrapped-go WAIT RESULT THREADS N: as wrapped.c, with Go's own way of making calls.
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"
)

type seen struct {
	calls, least, worst int64
}

func work(n int) seen {
	s := seen{least: 1 << 62}
	for ; n > 0; n-- {
		began := time.Now()
		if syscall.Fsync(-1) != syscall.EBADF {
			os.Exit(4)
		}
		us := time.Since(began).Microseconds()
		s.calls++
		if us < s.least {
			s.least = us
		}
		if us > s.worst {
			s.worst = us
		}
	}
	return s
}

func main() {
	if len(os.Args) != 5 {
		os.Exit(2)
	}
	threads, _ := strconv.Atoi(os.Args[3])
	n, _ := strconv.Atoi(os.Args[4])
	all := make([]seen, threads)
	var running sync.WaitGroup
	for {
		if _, err := os.Stat(os.Args[1]); err == nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	for i := range all {
		running.Add(1)
		go func(s *seen) {
			*s = work(n)
			running.Done()
		}(&all[i])
	}
	running.Wait()
	sum := seen{least: 1 << 62}
	for _, s := range all {
		sum.calls += s.calls
		if s.least < sum.least {
			sum.least = s.least
		}
		if s.worst > sum.worst {
			sum.worst = s.worst
		}
	}
	text := fmt.Sprintf("calls=%d least_us=%d worst_us=%d\n", sum.calls, sum.least, sum.worst)
	if os.WriteFile(os.Args[2], []byte(text), 0644) != nil {
		os.Exit(3)
	}
}
