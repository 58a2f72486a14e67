// SPDX-License-Identifier: GPL-2.0

/**
 * CheckThenPut ROUNDS: two threads want a value that has to be loaded, the second one forty milliseconds later. The map has it loaded if it is not there.
 */
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;

class CheckThenPut {
    static final ConcurrentHashMap<Integer, Long> map = new ConcurrentHashMap<>();
    static final AtomicInteger loads = new AtomicInteger();
    static volatile boolean done;
    static volatile int meetings;

    /** Of some length, and no system call in it. */
    static Long load(int key) {
        long n = key;

        loads.incrementAndGet();
        for (int i = 0; i < 100000; i++)
            n = (n ^ n >>> 7) * 0x9e3779b97f4a7c15L;
        return n;
    }

    static void want(int key) {
        map.computeIfAbsent(key, CheckThenPut::load);
    }

    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        Thread first;

        for (int i = 0; i < 50; i++)
            load(i); // compiled
        first = new Thread(() -> {
            try {
                race(rounds);
            } catch (Exception e) {
                System.exit(2);
            }
        }, "first");
        first.start();
        first.join();
    }

    static void race(int rounds) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(2);
        Thread second = new Thread(() -> {
            try {
                for (int i = 0; i < rounds; i++) {
                    barrier.await();
                    Thread.sleep(40);
                    meetings += done ? 0 : 1;
                    want(i);
                    barrier.await();
                }
            } catch (Exception e) {
                System.exit(2);
            }
        });

        second.start();
        for (int i = 0; i < rounds; i++) {
            Thread.sleep(3);
            loads.set(0);
            done = false;
            barrier.await();
            want(i);
            done = true;
            barrier.await();
            if (loads.get() == 1)
                continue;
            System.out.println("round " + i + ": it was loaded " + loads.get() + " times");
            System.exit(1);
        }
        if (meetings > 0)
            System.out.println("met " + meetings + " times");
    }
}
