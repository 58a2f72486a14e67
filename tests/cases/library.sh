# SPDX-License-Identifier: GPL-2.0
# Sourced by the cases that run a folder of the library as its users do: each scenario ends as documented, and shows
# something only with its fault.

# At least LEAST of these can be run on this kernel; on this host, which may be any, none has to be.
library() { # LEAST FILE|FOLDER|OPTION...
	wrong=
	suite "$@"
	suite "$@" --prove
	[ -z "$wrong" ] || out_of_bounds "$wrong"
}

# The same without the proof that each shows something.
once() { # LEAST FILE|FOLDER|OPTION...
	wrong=
	suite "$@"
	[ -z "$wrong" ] || out_of_bounds "$wrong"
}

suite() { # LEAST FILE|FOLDER|OPTION...: adds to $wrong
	local least=$1 how=suite told=/dev/ttyS0 scale=5
	shift

	# As systemd has it: what scenarios limit has limits.
	[ "$KERNEL" = host ] || for c in memory cpu io; do echo "+$c" > "$CGROOT/cgroup.subtree_control"; done
	# Where programs are emulated their first start alone takes longer than some phases.
	[ "$KERNEL" != host ] || { told=.cache/library.log; least=0; scale=1; }
	[ "${*: -1}" != --prove ] || how="suite --prove"
	# docs/library.py reads it, of the machine's log or of this host's. Whoever waits sees what comes.
	echo "$how on $(uname -r), $("$JINX" --version), $(date +%F)" | tee -a $told
	(cd "$SCENARIOS" && "$JINX" suite --keep-going --trust --scale $scale "$@") 2>&1 | grep --line-buffered -v '^jinx: ' |
		tee "$TMP/suite.out" >> $told
	code=${PIPESTATUS[0]}
	cat "$TMP/suite.out"
	[ "$code" = 0 ] || [ "$KERNEL $code" = "host 3" ] || wrong+="$how: exit $code, $(grep '^\(deviated\|inconclusive\|aborted\|failed\) ' "$TMP/suite.out" | head -3 | tr -s ' ' | cut -c1-120 | paste -sd/); "
	[ "$(grep -c '^held ' "$TMP/suite.out")" -ge "$least" ] || wrong+="$how: fewer than $least have held; "
}

# The files of a folder, or those of it that begin so, of which each N-th one from the K-th on. In an emulated machine
# without those whose system has time limits of its own that are too short there (the tag real-time), and without
# those for which only some kernels are built (the tag error-injection; library-block has them).
part() { # K/N FOLDER/PREFIX
	(cd "$SCENARIOS" && printf '%s\n' "$2"*.yaml |
		if [ "$KERNEL" = host ]; then cat; else xargs grep -LE '^tags:.*(real-time|error-injection)'; fi | awk -v k="${1%/*}" -v n="${1#*/}" '(NR - 1) % n == k - 1')
}
