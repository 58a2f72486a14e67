# SPDX-License-Identifier: GPL-2.0
# Sourced by the cases of the library's scenarios, which are on real programs.

# A scenario ends as documented; without its faults an expectation of it, other than that they struck, is false.
# What this kernel can't do is told, as `unsupported`; `ran` says how many it could.
ran=0
documented() { # CATEGORY/NAME [jinx's options...]
	local name=$1 file=$SCENARIOS/$1.yaml
	shift
	# shellcheck disable=SC2046 # words
	set -- $(patience "$file") "$@"

	"$JINX" check --trust "$file" > "$TMP/check" 2>&1
	case $? in
	0) ;;
	3) echo "unsupported: $name"; cat "$TMP/check"; return ;;
	*) cat "$TMP/check"; fail "$name: check" ;;
	esac
	ran=$((ran + 1))
	run_scenario "$file" "$@"
	[ $code = 0 ] || { cat "$TMP/jinx.out"; out_of_bounds "$name: exit $code: $(report .reason)"; }
	echo "ok: $name: $(report .verdict): $(report .reason)"
	run_scenario "$file" --dry-run observe "$@"
	[ $code = 1 ] || { cat "$TMP/jinx.out"; fail "$name without its faults: exit $code: $(report .reason)"; }
	grep '^  false' "$TMP/jinx.out"
	echo "ok: $name without its faults: $(report .reason)"
}

# On an emulated processor a program takes long to start, and a client seconds to ask it: what precedes the
# faults lasts longer there. How long the faults last is part of what is expected.
patience() { # FILE
	[ "$KERNEL" = host ] || sed -nE \
		's/^params: \{baseline: ([0-9]+)s, before: ([0-9]+)s\}$/echo --set baseline=$((\1 * 3))s --set before=$((\2 * 3))s/p' "$1" | sh
}

run_scenario() { # FILE options...: $code
	local file=$1
	shift

	"$JINX" run --trust "$file" --json "$TMP/report.json" --junit "$TMP/junit.xml" "$@" > "$TMP/jinx.out" 2>&1
	code=$?
	xmllint --noout "$TMP/junit.xml" || fail "$file: the JUnit file is no XML"
}

# At least one of a case's scenarios could be run here.
some_ran() {
	[ $ran -gt 0 ] || skip "this kernel can do none of them"
}
