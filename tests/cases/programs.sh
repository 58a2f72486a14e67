# SPDX-License-Identifier: GPL-2.0
# Sourced by the cases of the library's scenarios, which are on real programs.

# A scenario ends as documented; without its faults an expectation of it, other than that they struck, is false.
# What this kernel can't do is told, as `unsupported`; `ran` says how many it could.
ran=0
documented() { # CATEGORY/NAME [jinx's options...]
	local name=$1 file=$TMP/${1#*/}.yaml
	shift

	with_patience < "$SCENARIOS/$name.yaml" > "$file"
	prepare "$name"
	"$JINX" check --trust "$file" > "$TMP/check" 2>&1
	case $? in
	0) ;;
	3) echo "unsupported: $name"; cat "$TMP/check"; return ;;
	*) cat "$TMP/check"; fail "$name: check" ;;
	esac
	ran=$((ran + 1))
	run_scenario "$name" "$@"
	[ $code = 0 ] || { cat "$TMP/jinx.out"; fail "$name: exit $code: $(report .reason)"; }
	echo "ok: $name: $(report .verdict): $(report .reason)"
	prepare "$name"
	run_scenario "$name" --dry-run observe "$@"
	[ $code = 1 ] || { cat "$TMP/jinx.out"; fail "$name without its faults: exit $code: $(report .reason)"; }
	grep '^  false' "$TMP/jinx.out"
	echo "ok: $name without its faults: $(report .reason)"
	rm -rf "/run/jinx-scenarios/${name#*/}"
	rmdir --ignore-fail-on-non-empty /run/jinx-scenarios
}

# On an emulated processor a program takes long to start, and a client seconds to ask it: what precedes the
# faults lasts longer there. How long the faults last is part of what is expected.
with_patience() {
	local times=2

	[ "$KERNEL" != host ] || times=1
	awk -v times=$times '
		/phase: (start|baseline), for: |^steady: / && match($0, /(for|before): [0-9]+s/) {
			key = substr($0, RSTART, RLENGTH)
			split(key, part, ": ")
			$0 = substr($0, 1, RSTART - 1) part[1] ": " part[2] * times "s" substr($0, RSTART + RLENGTH)
		}
		1'
}

prepare() { # CATEGORY/NAME
	"$SCENARIOS/prepare" "${1#*/}" > "$TMP/prepared" 2>&1 || fail "$1: prepare: $(tail -n 1 "$TMP/prepared")"
}

run_scenario() { # CATEGORY/NAME options...: $code
	local name=$1
	shift

	"$JINX" run --trust "$TMP/${name#*/}.yaml" --json "$TMP/report.json" --junit "$TMP/junit.xml" "$@" > "$TMP/jinx.out" 2>&1
	code=$?
	xmllint --noout "$TMP/junit.xml" || fail "$name: the JUnit file is no XML"
}

# At least one of a case's scenarios could be run here.
some_ran() {
	[ $ran -gt 0 ] || skip "this kernel can do none of them"
}
