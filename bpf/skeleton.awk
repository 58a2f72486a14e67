# SPDX-License-Identifier: GPL-2.0
# A skeleton without the object in it, which is 9 MB of text to each file that includes it: it takes
# the object from the symbols NAME_object and NAME_object_end, which the Makefile makes of the file.
/^static inline const void \*[a-z_]+_bpf__elf_bytes\(size_t \*sz\)$/ {
	name = $5
	sub(/^\*/, "", name)
	sub(/_bpf__elf_bytes.*/, "", name)
	printf "extern const char %s_object[], %s_object_end[];\n\n", name, name
	print
	print "{"
	printf "\t*sz = %s_object_end - %s_object;\n\treturn %s_object;\n}\n", name, name, name
	skipped = 1
	next
}
skipped && /^}$/ {
	skipped = 0
	next
}
!skipped
