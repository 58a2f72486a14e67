// SPDX-License-Identifier: GPL-2.0
// clocks: the time in ms, five times a second, while another goroutine asks for it all the time.
package main

import (
	"fmt"
	"time"
)

func main() {
	go func() {
		for {
			time.Now()
			time.Sleep(time.Millisecond)
		}
	}()
	for {
		fmt.Println(time.Now().UnixMilli())
		time.Sleep(200 * time.Millisecond)
	}
}
