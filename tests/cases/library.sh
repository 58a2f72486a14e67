# SPDX-License-Identifier: GPL-2.0
# Sourced by the cases that run a folder of the library as its users do: each scenario ends as documented, and shows
# something only with its fault.

# At least LEAST of these can be run on this kernel. On an emulated processor a program takes long to start.
library() { # LEAST FILE|FOLDER...
	local least=$1 scale=4 how
	shift

	[ "$KERNEL" != host ] || scale=1
	for how in "" --prove; do
		(cd "$SCENARIOS" && "$JINX" suite "$@" --keep-going --trust --scale $scale $how) > "$TMP/suite.out" 2>&1
		code=$?
		grep -v '^jinx: ' "$TMP/suite.out"
		[ $code = 0 ] || fail "suite $how: exit $code"
		at_least "suite $how: held" "$(grep -c '^held ' "$TMP/suite.out")" "$least"
	done
}
