mkdir /sys/fs/cgroup/tt
for c in "openat 30ms" "fsync 30ms" "fsync 1ms"; do set -- $c
build/jinx delay $1 --by $2 --cgroup tt --for 300s --json /tmp/r.json >/tmp/jx.out 2>&1 &
j=$!
for i in $(seq 100); do [ "$(build/jinx ps --json | jq length)" = 1 ] && break; kill -0 $j 2>/dev/null || break; sleep 0.1; done
( echo $BASHPID > /sys/fs/cgroup/tt/cgroup.procs; exec build/tests/caller -l $1 20 )
( echo $BASHPID > /sys/fs/cgroup/tt/cgroup.procs; exec build/tests/caller -l -t 8 $1 10 )
( echo $BASHPID > /sys/fs/cgroup/tt/cgroup.procs; exec build/tests/caller -l -t 64 $1 10 )
kill -INT $j; wait $j; cat /tmp/jx.out;  jq -c .missed,.delays /tmp/r.json; done
