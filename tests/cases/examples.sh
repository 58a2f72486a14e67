# Sourced by the cases that try the documents' examples: commands inject, scenarios run, what is a part of
# one can be read. try_examples FILE...
[ "$KERNEL" != host ] || skip "it makes units, containers and users"
need task-work
podman="podman --cgroup-manager=cgroupfs --storage-driver=vfs --events-backend=none"
source=$PWD
cd "$TMP"

# What the examples name: users, programs, directories, services that are busy.
echo "postgres:x:4321:4321::/:/bin/sh" >> /etc/passwd
[ -e /usr/bin/psql ] || touch /usr/bin/psql
mkdir -p /var/lib/postgresql /srv/spool health.d
export PATH=$TMP/bin:$PATH
mkdir bin
ln -s "$JINX" bin/jinx
cat > app.py <<'P'
import os
for i in range(300):
    try:
        os.close(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        pass
P
echo well > health.d/health
printf '#!/bin/sh\nread line < /etc/passwd\n' > ask.sh
chmod +x ask.sh
busy() { # CGROUP: the service in it
	mkdir -p "$CGROOT/$1"
	cgroups+=("$CGROOT/$1")
	# One that was killed begins anew, as a unit does.
	(echo $BASHPID > "$CGROOT/$1/cgroup.procs"
		while sleep 0.1; do "$VICTIMS/busy" /var/lib/postgresql /srv/spool; done) 2> /dev/null &
	services+=($!)
}
pod=$(sed -n 's/.*--pod \([0-9a-f-]*\).*/\1/p' "$source/README.md" | head -n 1)
units="postgresql.service nginx.service mysql.service"
for unit in $units; do busy system.slice/$unit; done
busy kubepods.slice/kubepods-pod${pod//-/_}.slice
busy shop
"$VICTIMS/busy" /var/lib/postgresql /srv/spool &
pid=$!
services+=($pid)
mkdir -p "$CGROOT/system.slice/redis-server.service"
(echo $BASHPID > "$CGROOT/system.slice/redis-server.service/cgroup.procs"
	exec redis-server --save '' --daemonize no --logfile /dev/null) &
services+=($!)
(while sleep 0.05; do redis-cli incr x; done) > clients 2>&1 &
services+=($!)
python3 -m http.server -d health.d 8080 > http 2>&1 &
services+=($!)
mkdir -p root/srv/spool root/tmp
cp "$VICTIMS/busy" root/
$podman run -d --name web --network=none --log-driver=none --rootfs "$TMP/root" /busy /tmp /srv/spool > podman.out 2>&1 < /dev/null ||
	fail "podman: $(tail -n 1 podman.out)"
for port in 8080 6379; do
	for _ in $(seq 600); do (exec 3<> /dev/tcp/127.0.0.1/$port) 2> /dev/null && break; sleep 0.1; done
done
curl -sf http://127.0.0.1:8080/health > warm || fail "the server of the examples does not answer"
leave() {
	kill -9 "${services[@]}" 2> /dev/null
	for cgroup in "${cgroups[@]}"; do echo 1 > "$cgroup/cgroup.kill"; done
	wait "${services[@]}" 2> /dev/null
	$podman rm -f -t 0 web > podman.out 2>&1 < /dev/null
	sleep 0.2
	rmdir "$CGROOT"/kubepods.slice/*/ "$CGROOT/kubepods.slice" "$CGROOT"/system.slice/*.service "$CGROOT/system.slice" "$CGROOT/shop"
}
trap leave EXIT

# Blocks of a language in a document, a line each: their lines end with \r; a line that goes on in the next
# one is joined with it.
blocks() { # LANGUAGE FILE
	awk -v want='```'"$1" '
		$0 == want {inside = 1; text = ""; next}
		/^```/ && inside {inside = 0; print text; next}
		inside && sub(/\\$/, "") {text = text $0; next}
		inside {text = text $0 "\r"}' "$2"
}

# Commands: those that inject do, and soon: their times are shortened, their chances raised.
try() { # LINE
	local line=$1 wanted=0

	line=${line%%  #*}
	line=${line//4711/$pid}
	line=$(sed -E 's/--for [0-9]+[sm]/--for 3s/; s/--after [0-9]+/--after 5/; s/--chance [0-9]+%/--chance 60%/' <<< "$line")
	# Its sixty calls are attached one by one, for a quarter of an hour in an emulated machine that is busy.
	case $line in
	*" --preempt "*) ;;
	"jinx jitter "*) line=${line/jitter/jitter --on openat,read,write} ;;
	esac
	case $line in
	*"--at exit"*) can override-exit || wanted=3 ;;
	"jinx suite"* | "jinx new "*) ;;
	"jinx check"* | "jinx doctor"* | "jinx list"* | "jinx ps"* | "jinx stop --all"*) ;;
	"jinx stop "*) wanted=2 ;; # there is no such experiment any more
	"jinx run "*) ;;
	"jinx fail "* | "jinx delay "* | "jinx drop "* | "jinx kill "* | "jinx pause "* | "jinx hang "* | "jinx suspend "* | "jinx jitter "* | "jinx partition "* | "jinx observe "* | "jinx skew "* | "jinx corrupt "*) ;;
	*) return ;;
	esac
	eval "$line" > out 2>&1
	equal "$1: exit" $? $wanted
	ran=$((ran + 1))
}

# With phases, a patience and a load that suit an emulated machine, where a curl takes seconds, and four at
# once four times as long.
suited() { # TEXT
	sed -E 's/for: [0-9]+s/for: 8s/; s/timeout: [0-9]+s/timeout: 20s/; s/concurrency: [0-9]+/concurrency: 1/; s/chance: 5%/chance: 30%/' <<< "$1"
}

# Whole scenarios run; parts of one are put into one, and checked. What a machine that may be emulated
# is judged by is its own affair: an example with expectations comes to any verdict of those that ran.
whole() { # TEXT WHERE
	local status

	suited "$1" > example.yaml
	jinx run example.yaml --json "$TMP/report.json" > out 2>&1
	status=$?
	case $1 in
	*expect:*)
		at_least "$2: injected" "$(report .rules[0].injected)" 1
		[ $status = 0 ] || [ $status = 1 ] || [ $status = 4 ] || [ $status = 5 ] || { cat out; fail "$2: exit $status"; } ;;
	*) equal "$2: exit" $status 0 ;;
	esac
	[ "$(report '.phases[0].successful_operations')" != 0 ] || fail "$2: no operation of the baseline succeeds"
	ran=$((ran + 1))
}

indented() { sed 's/^/      /'; }

part() { # TEXT WHERE
	local text=$1 other target='target: {command: [sleep, 1]}' faults='      - {fail: EIO, on: connect, when: {chance: 10%}}'

	case $text in
	target* | timeline* | workload* | safety* | probes* | logs* | observe* | expect* | hooks*) ;;
	only*) target="target: {command: [sleep, 1], only: $(sed -n 's/^only: //p' <<< "$text"), except: $(sed -n 's/^except: //p' <<< "$text")}" ;;
	when*) faults=$(sed 's/^\(.*\)$/- {fail: EIO, on: connect, \1}/' <<< "$text" | indented) ;;
	-*) faults=$(indented <<< "$text") ;;
	*) fail "$2: what is this a part of? $text" ;;
	esac
	{
		echo "jinx: 1"
		case $text in
		target*) echo "$text"; faults=${faults%\}}; [ "${text#targets}" = "$text" ] || faults="$faults, target: $(sed -n '2s/^ *\([a-z]*\):.*/\1/p' <<< "$text")"; faults="$faults}" ;;
		*)
			[[ $text != *"target: db"* ]] || target='targets: {db: {command: [sleep, 1]}, app: {command: [sleep, 1]}}'
			[[ $text != *"{partition:"* ]] ||
				target="targets: {$(printf '%s: {command: [sleep, 1]}, ' app db web cache n1 n2 n3)}"
			[[ $text == *$'\n'targets:* ]] && target=targets: || echo "$target"
			case $text in
			expect*) echo "workload: {exec: 'true'}"; echo "$text" ;;
			workload* | safety* | probes* | logs* | observe* | hooks*) echo "$text" ;;
			esac ;;
		esac
		other=app
		[ "$target" != targets: ] || other=writers
		[[ $target != targets:* ]] || faults=$(sed "/target:\|partition:/! s/}\$/, target: $other}/" <<< "$faults")
		case $text in
		timeline*) echo "$text" ;;
		*) printf 'timeline:\n  - {phase: before, for: 10s}\n  - phase: inject\n    for: 1m\n    faults:\n%s\n  - {phase: recovery, for: 10s}\n' "$faults" ;;
		esac
	} > part.yaml
	jinx check part.yaml > out 2>&1
	status=$?
	[ $status = 0 ] || [ $status = 3 ] || { cat part.yaml out; fail "$2: check: exit $status: $text"; }
	echo "ok: $2: $(head -n 1 <<< "$text")"
	ran=$((ran + 1))
}

# The example's document, below the sources.
try_examples() { # FILE...
	local name file block line

	for name in "$@"; do
		file=$source/$name
		while IFS= read -r block; do
			block=${block%$'\r'}
			block=${block//$'\r'/$'\n'}
			case $block in
			"jinx: 1"*)
				[ "$name" != README.md ] || suited "$block" > refused.yaml
				whole "$block" "$name" ;;
			"gameday: "*) ;; # of files that are not there
			*) part "$block" "$name" ;;
			esac
		done < <(blocks yaml "$file")
		while IFS= read -r block; do
			while IFS= read -r -d $'\r' line; do try "$line"; done <<< "$block"
		done < <(blocks sh "$file")
	done
}
ran=0
