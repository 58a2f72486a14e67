# SPDX-License-Identifier: GPL-2.0
# Sourced by every case. A case starts victims, starts jinx on them, compares what the victims
# counted with what jinx says, and ends with `finish`.

# The mechanisms that each kernel of the matrix must have (design: measured).
declare -A has=(
	[6.1]="security lsm cgroup-socket loss cgroup-skb detour fentry tracepoint spin spin-tp freeze hog sched limit signal suspend disconnect rewrite clock environment function function-return function-spin function-return-spin function-meter fexit kretprobe sys-exit"
	[6.12]="security lsm cgroup-socket loss cgroup-skb detour fentry tracepoint lsm-sleep uprobe-sleep spin spin-tp freeze hog sched limit signal suspend disconnect rewrite clock environment function function-return function-spin function-return-sleep function-return-spin function-meter fexit kretprobe sys-exit"
	[newest]="fmod_ret security lsm cgroup-socket loss cgroup-skb detour fentry tracepoint task-work task-work-tp lsm-sleep clones uprobe-sleep spin spin-tp hold freeze hog throttle preempt sched limit signal suspend disconnect rewrite shorten clock environment function function-return function-fail function-replace function-spin function-return-sleep function-return-spin function-meter fexit kretprobe sys-exit"
	[error-injection]="fmod_ret override override-exit security lsm cgroup-socket loss cgroup-skb fentry tracepoint lsm-sleep clones uprobe-sleep spin spin-tp freeze hog sched limit signal suspend disconnect rewrite clock environment function function-return function-spin function-return-sleep function-return-spin function-meter fexit kretprobe sys-exit"
)

# With the account of the last experiment, which says where calls went that were not hit.
fail() { give_up 1 "$*"; }

# What another minute may disprove: a time, a rate, a size that depends on what else the host does. tests/run tries
# such a case a second time when nothing else runs, and says so.
out_of_bounds() { give_up 76 "$*"; }

give_up() { # EXIT-CODE REASON
	local code=$1
	shift
	[ ! -s "$TMP/jinx.out" ] || { echo "jinx said:"; tail -n 20 "$TMP/jinx.out"; }
	[ ! -s "$TMP/report.json" ] || jq -c '{missed, events_lost}, .rules[]' "$TMP/report.json"
	echo "FAILED: $*"
	# The kernel leaves a tracing program out on a CPU where a preempted thread is inside of it, which
	# emulated processors make likely; jinx counts that (docs/kernels.md). Such a run shows nothing.
	[ ! -s "$TMP/report.json" ] || [[ ! $(report .missed) =~ ^[1-9] ]] || exit 75
	exit "$code"
}
# On this host, which may be any; a kernel of the matrix has what the table above says, so that a case
# which can't do there what its header promises has failed.
skip() {
	[ "$KERNEL" = host ] || fail "skipped on a kernel where it must run: $*"
	echo "SKIPPED: $*"
	exit 77
}
finish() { echo FINISHED; exit 0; }

# What is drawn in a case comes from the seed of the run: jinx gets it too.
RANDOM=$SEED

equal() { # WHAT GOT WANTED
	[ "$2" = "$3" ] || fail "$1: got \"$2\", wanted \"$3\""
	echo "ok: $1: $2"
}

at_least() { # WHAT GOT LEAST
	[ "$2" -ge "$3" ] || out_of_bounds "$1: got $2, wanted at least $3"
	echo "ok: $1: $2"
}

# In the matrix the table above says what must be; on any other host jinx itself is asked.
mechanisms() {
	if [ "$KERNEL" = host ]; then
		"$JINX" doctor --json > "$TMP/doctor"
		query "$TMP/doctor" '[.mechanisms[] | select(.usable == true).name] | join(" ")'
	else
		echo "${has[$KERNEL]}"
	fi
}

can() {
	[ -n "${all_mechanisms:-}" ] || all_mechanisms=" $(mechanisms) "
	case $all_mechanisms in *" $1 "*) ;; *) false ;; esac
}

need() { # MECHANISM...: one of them
	for m in "$@"; do
		if can "$m"; then return; fi
	done
	echo "SKIPPED: this kernel has no $*"
	exit 77
}

# Threads can be put to sleep, at openat at least.
need_sleep() { need ${MECHANISMS:-task-work task-work-tp lsm-sleep}; }

# What jq would say. It costs as much there as an experiment, so only what query doesn't know is left to it.
query() { # FILE EXPRESSION
	"$VICTIMS/query" "$1" "$2"
	[ $? != 3 ] || jq -r "$2" "$1"
}

ps_says() { # EXPRESSION, of jinx ps --json
	"$JINX" ps --json > "$TMP/ps"
	query "$TMP/ps" "$1"
}

# Starts caller in a cgroup; it waits for `go`, or for the file $go_file. Several have several names.
start_victim() { # CGROUP NAME caller's arguments...
	local cgroup=$1 name=$2
	shift 2
	[ -d "$cgroup" ] || mkdir -p "$cgroup"
	[ ! -e "$TMP/$name" ] || rm "$TMP/$name"
	(
		echo $BASHPID > "$cgroup/cgroup.procs"
		exec "$VICTIMS/caller" -w "$TMP/${go_file:-go}" -r "$TMP/$name" "$@"
	) &
	victims+=($!)
	victim_pid=$!
}

# Starts jinx in the background, with a report, and returns when its first phase is under way; $id is the
# experiment's.
# With MECHANISMS in the environment the case is tried with these alone.
start_jinx() { # arguments...
	[ -z "${MECHANISMS:-}" ] || set -- "$@" --mechanisms "$MECHANISMS"
	case " $1 $* " in
	" run "* | *" --seed "*) launch "$JINX" "$@" ;;
	*) launch "$JINX" "$1" --seed "$SEED" "${@:2}" ;;
	esac
	until_ready
}

launch() { # command...: with the options that start_jinx adds; jinx has to be among its words
	[ ! -e "$TMP/report.json" ] || rm "$TMP/report.json"
	[ -p "$TMP/ready" ] || mkfifo "$TMP/ready"
	"$@" --json "${report_to:-$TMP/report.json}" --quiet --ready-fd 9 > "$TMP/jinx.out" 2>&1 9> "$TMP/ready" &
	jinx_pid=$!
}

# Opened for both ends: jinx may have ended before anybody reads, and the last one's janitor may still
# have the pipe.
until_ready() {
	local seconds=0 part=

	id=
	exec 8<> "$TMP/ready"
	until read -r -t 1 -u 8 part || [ $((seconds += 1)) = 180 ]; do
		id+=$part # the second was over in the middle of it
		# bash may have buried it already
		[ -e /proc/$jinx_pid/stat ] && [[ $(< /proc/$jinx_pid/stat) != *") Z "* ]] || { read -r -t 0.1 -u 8 part; break; }
	done
	id+=$part
	exec 8<&-
	[ -n "$id" ] || fail "jinx did not get ready: $(tail -n 1 "$TMP/jinx.out")"
}

go() { # lets the victims run and waits for their end
	: > "$TMP/go"
	wait "${victims[@]}"
	victims=()
	rm "$TMP/go"
}

# Processes that look at the clock all the time, in a cgroup; end_tickers has them write what they saw.
tickers=()
start_ticker() { # CGROUP NAME sleeping|spinning [LONG_MS]
	[ -d "$1" ] || mkdir -p "$1"
	(echo $BASHPID > "$1/cgroup.procs"; exec "$VICTIMS/ticker" "$TMP/$2" "$3" "${4:-1700}") &
	tickers+=($!)
	until [ -s "$TMP/$2" ]; do sleep 0.05; done
}

end_tickers() {
	kill -TERM "${tickers[@]}"
	wait "${tickers[@]}"
	tickers=()
}

monotonic_ms() { "$VICTIMS/ticker" now; } # what the victims' clock says

now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }

until_injected() { # N: waits until jinx has injected so often
	for _ in $(seq 300); do
		[ "$(ps_says ".[] | select(.pid == $jinx_pid).injected")" = "$1" ] && return
		kill -0 $jinx_pid || fail "jinx has ended before it injected $1 times"
		sleep 0.1
	done
	fail "jinx never injected $1 times"
}

until_gone() { # NAME: waits until no process of this case has this name
	for _ in $(seq 100); do
		of_case "$1" || return 0
		sleep 0.1
	done
	fail "$1 is still there"
}

# Zombies are what the host's init leaves of orphans.
of_case() { # NAME
	local pid

	for pid in $(pgrep -r D,R,S,T -x "$1"); do
		! grep -qsxzF "JINX_CASE=$JINX_CASE" "/proc/$pid/environ" || return 0
	done
	return 1
}

at_most() { # WHAT GOT MOST
	[ "$2" -le "$3" ] || out_of_bounds "$1: got $2, wanted at most $3"
	echo "ok: $1: $2"
}

end_jinx() { # interrupts it; $code is its exit code
	kill -TERM $jinx_pid
	wait $jinx_pid
	code=$?
	[ -s "$TMP/report.json" ] || fail "no report"
}

seen() { # NAME WORD: what a victim counted
	local text=

	[ ! -e "$TMP/$1" ] || text=$(< "$TMP/$1")
	[[ " $text" =~ [[:space:]]$2=([0-9]+) ]] # whole microseconds, where they are
	echo "${BASH_REMATCH[1]:-0}"
}

# A thread that is preempted inside a tracing program makes the kernel skip that program for the other
# threads of the CPU; jinx counts those as missed. What was not missed was hit, exactly.
hit_all() { # WHAT SEEN WANTED
	local missed
	missed=$(report .missed)
	[ "$2" -gt 0 ] && [ "$2" -le "$3" ] && [ $(($2 + missed)) -ge "$3" ] ||
		fail "$1: got $2 and $missed missed, wanted $3"
	echo "ok: $1: $2, missed $missed"
}

report() { query "$TMP/report.json" "$1"; }
injected() { report '[.rules[].injected] | add'; }

# One thread of a victim asleep in a delay of 9 s; and what ends that.
asleep() { # [caller's options...]: one thread asleep for 9 s
	start_victim "$CG" victim -l "$@" openat 1
	start_jinx delay openat --by 9s --cgroup "$CG" --for 100s
	touch "$TMP/go"
	until_injected 1
	since=$(now_ms)
}

awake() { # WHAT MOST-MS: the victim ends by itself; $status
	wait "${victims[@]}"
	status=$?
	victims=()
	rm -f "$TMP/go"
	at_most "$1: ms until it went on" $(($(now_ms) - since)) "$2"
}
