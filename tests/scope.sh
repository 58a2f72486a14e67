# SPDX-License-Identifier: GPL-2.0
# Sourced: which cases run where. A case's header says on which kernels `make test` runs it, and why these
# are enough:
#   # kernels: newest 6.1 (the hooks are the same on all; 6.1 has the strictest verifier)
# Without one it runs on each of the matrix and on this host; "none" leaves it to the long scope. Who is not root has no
# host: then newest stands in. A case that asks for $LONG has more to do
# in the long scope.

matrix="newest error-injection 6.12 6.1"
SCOPE=${SCOPE:-short}
case $SCOPE in
short) ;;
long | all) export LONG=1 ;;
*) echo "SCOPE is short, long or all, not $SCOPE" >&2; exit 2 ;;
esac

header() { # CASE: its kernels
	local line

	line=$(sed -n 's/^# kernels: \([^(]*\).*/\1/p' "tests/cases/$1")
	line=${line:-$matrix host}
	[ "$(id -u)" = 0 ] || line=${line/host/newest}
	echo "$line"
}

in_short() { case " $(header "$2") " in *" $1 "*) ;; *) false ;; esac; } # KERNEL CASE

has_more() { grep -q '\$LONG\|\${LONG' "tests/cases/$1"; } # CASE

# Of the cases on standard input those that run in this time: "" the host's, or N of "# time: virtual N" in their
# headers (VIRTUAL of tests/vm/run). 6.1 does not boot in a time of its own.
in_time() { # KERNEL N
	local c own

	for c in $(cat); do
		own=$(sed -n 's/^# time: virtual \([0-9]*\).*/\1/p' "tests/cases/$c")
		[ "$1" != 6.1 ] || own=
		[ "$own" != "$2" ] || echo "$c"
	done
}

# Of the cases on standard input those of machines with this process 1: "" the tests' own script, or systemd, of
# "# boot: systemd" in their headers (BOOT of tests/vm/run).
booted_by() { # "" | systemd
	local c own

	for c in $(cat); do
		own=
		! grep -q '^# boot: systemd' "tests/cases/$c" || own=systemd
		[ "$own" != "$1" ] || echo "$c"
	done
}

cases_on() { # KERNEL
	local kernel=$1

	if [ -n "${CASES:-}" ]; then
		echo "$CASES"
		return
	fi
	for c in $(cd tests/cases && ls | grep -v '\.sh$'); do
		case $SCOPE in
		short) in_short "$kernel" "$c" ;;
		long) ! in_short "$kernel" "$c" || has_more "$c" ;;
		all) true ;;
		esac && echo "$c"
	done
}
