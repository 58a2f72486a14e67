// SPDX-License-Identifier: GPL-2.0

// shared-counter-correct ROUNDS: two goroutines add one to a counter, the second one four milliseconds later, and say so in a log. Under a mutex.
package main

import (
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

var counter int
var met int
var mutex sync.Mutex

func addOne() {
	if !mutex.TryLock() {
		mutex.Lock()
		met++
	}
	n := counter
	fmt.Fprintln(os.Stderr, "it is", n)
	counter = n + 1
	mutex.Unlock()
}

func main() {
	rounds, _ := strconv.Atoi(os.Args[1])
	for i := 0; i < rounds; i++ {
		var both sync.WaitGroup

		counter = 0
		time.Sleep(3 * time.Millisecond)
		both.Add(2)
		go func() {
			addOne()
			both.Done()
		}()
		go func() {
			time.Sleep(4 * time.Millisecond)
			addOne()
			both.Done()
		}()
		both.Wait()
		if counter != 2 {
			fmt.Printf("round %d: an addition was lost\n", i)
			os.Exit(1)
		}
	}
	if met > 0 {
		fmt.Printf("met %d times\n", met)
	}
}
