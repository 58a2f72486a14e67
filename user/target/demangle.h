/* SPDX-License-Identifier: GPL-2.0 */
/* The names that C++ and Rust programs have in their sources. */
#ifndef JINX_DEMANGLE_H
#define JINX_DEMANGLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The name that a symbol stands for, "shop::Cart::add(int)", or without its arguments
 * "shop::Cart::add". Return types are left out. False, ret being "", when it is a symbol of another
 * language, or the name has no room in `size` bytes.
 */
bool demangle(const char *symbol, bool arguments, char *ret, size_t size);

/* One of a compiler's copies of a function, or a part of it ("foo() [clone .cold]"). */
bool demangled_is_clone(const char *demangled);

#endif
