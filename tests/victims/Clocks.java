// SPDX-License-Identifier: GPL-2.0
public class Clocks {
	public static void main(String[] arguments) throws Exception {
		for (;;) {
			System.out.println(System.currentTimeMillis() + " " + java.time.Instant.now().toEpochMilli() + " "
				+ java.time.Instant.now().getEpochSecond() + " " + System.nanoTime() / 1000000);
			Thread.sleep(200);
		}
	}
}
