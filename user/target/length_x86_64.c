// SPDX-License-Identifier: GPL-2.0
/* How long an instruction of x86-64 is: prefixes, opcode, operands, displacement, immediates. */
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "target/instruction.h"

enum immediate {
	IMM_NONE,
	IMM_8,
	IMM_16,
	IMM_16_8,   /* enter */
	IMM_32,	    /* of jumps */
	IMM_Z,	    /* 16 bits or 32, by the size of operands */
	IMM_FULL,   /* the same, or 64: mov */
	IMM_ADDRESS /* of mov to and from memory */
};

struct decoding {
	const unsigned char *code;
	size_t at, n;
	bool small_operands, small_addresses, wide; /* 0x66, 0x67, REX.W */
	bool operand, known; /* there is a ModRM byte; it is an instruction */
	enum immediate immediate;
};

#define IS_ONE_OF(byte, bytes) memchr(bytes, byte, sizeof(bytes))

/* -1: there are no more bytes. */
static int next(struct decoding *d)
{
	return d->at < d->n ? d->code[d->at++] : -1;
}

static int skip_prefixes(struct decoding *d)
{
	static const unsigned char others[] = {
		0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65};
	int byte;

	while ((byte = next(d)) >= 0) {
		if (byte == 0x66)
			d->small_operands = true;
		else if (byte == 0x67)
			d->small_addresses = true;
		else if (!IS_ONE_OF(byte, others))
			break;
	}
	if (byte >= 0x40 && byte <= 0x4f) { /* REX */
		d->wide = byte & 8;
		byte = next(d);
	}
	return byte;
}

/* The map of one byte, but for the arithmetic ones below 0x40 and those with a group in ModRM. */
static void one_byte(struct decoding *d, unsigned char op)
{
	static const unsigned char none[] = {0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f,
		0x37, 0x3f, 0x60, 0x61, 0x82, 0x9a, 0xce, 0xd4, 0xd5, 0xd6, 0xea};
	static const unsigned char operands[] = {0x63, 0x69, 0x6b, 0xc0, 0xc1, 0xc6, 0xc7, 0xd0,
		0xd1, 0xd2, 0xd3, 0xf6, 0xf7, 0xfe, 0xff};
	static const unsigned char bytes[] = {0x6a, 0x6b, 0x80, 0x83, 0xa8, 0xc0, 0xc1, 0xc6, 0xcd,
		0xe0, 0xe1, 0xe2, 0xe3, 0xe4, 0xe5, 0xe6, 0xe7, 0xeb};
	static const unsigned char sized[] = {0x68, 0x69, 0x81, 0xa9, 0xc7};

	d->known = !IS_ONE_OF(op, none);
	d->operand = (op < 0x40 && (op & 7) < 4) || (op >= 0x80 && op <= 0x8f) ||
		     (op >= 0xd8 && op <= 0xdf) || IS_ONE_OF(op, operands);
	if ((op < 0x40 && (op & 7) == 4) || (op & 0xf0) == 0x70 || (op & 0xf8) == 0xb0 ||
		IS_ONE_OF(op, bytes))
		d->immediate = IMM_8;
	else if ((op < 0x40 && (op & 7) == 5) || IS_ONE_OF(op, sized))
		d->immediate = IMM_Z;
	else if ((op & 0xf8) == 0xb8)
		d->immediate = IMM_FULL;
	else if (op >= 0xa0 && op <= 0xa3)
		d->immediate = IMM_ADDRESS;
	else if (op == 0xe8 || op == 0xe9)
		d->immediate = IMM_32;
	else if (op == 0xc2 || op == 0xca)
		d->immediate = IMM_16;
	else if (op == 0xc8)
		d->immediate = IMM_16_8;
}

/* Behind 0f, and in the first map of VEX and EVEX. */
static void two_bytes(struct decoding *d, unsigned char op)
{
	static const unsigned char none[] = {0x04, 0x0a, 0x0c, 0x24, 0x25, 0x26, 0x27, 0x36, 0x39,
		0x3b, 0x3c, 0x3d, 0x3e, 0x3f, 0x78, 0x79, 0x7a, 0x7b};
	static const unsigned char alone[] = {0x05, 0x06, 0x07, 0x08, 0x09, 0x0b, 0x0e, 0x30, 0x31,
		0x32, 0x33, 0x34, 0x35, 0x37, 0x77, 0xa0, 0xa1, 0xa2, 0xa8, 0xa9, 0xaa};
	static const unsigned char bytes[] = {
		0x0f, 0x70, 0x71, 0x72, 0x73, 0xa4, 0xac, 0xba, 0xc2, 0xc4, 0xc5, 0xc6};

	d->known = !IS_ONE_OF(op, none);
	d->operand = !IS_ONE_OF(op, alone) && (op & 0xf0) != 0x80 && (op & 0xf8) != 0xc8;
	if (IS_ONE_OF(op, bytes))
		d->immediate = IMM_8;
	else if ((op & 0xf0) == 0x80)
		d->immediate = IMM_32;
}

static void of_map(struct decoding *d, unsigned int map, int op)
{
	if (op < 0)
		return;
	if (map == 1) {
		two_bytes(d, op);
		return;
	}
	d->known = map == 2 || map == 3 || map == 5 || map == 6;
	d->operand = true;
	d->immediate = map == 3 ? IMM_8 : IMM_NONE;
}

static void read_opcode(struct decoding *d, int op)
{
	int byte;

	if (op == 0xc5 || op == 0xc4 || op == 0x62) { /* VEX, EVEX; wide is of no matter there */
		byte = next(d);
		if (op != 0xc5)
			next(d);
		if (op == 0x62)
			next(d);
		of_map(d, op == 0xc5 ? 1 : byte & (op == 0x62 ? 7 : 0x1f), next(d));
	} else if (op == 0x0f) {
		byte = next(d);
		if (byte == 0x38 || byte == 0x3a)
			of_map(d, byte == 0x38 ? 2 : 3, next(d));
		else
			of_map(d, 1, byte);
	} else if (op >= 0) {
		one_byte(d, op);
	}
}

static void skip_operand(struct decoding *d, int op)
{
	int byte = next(d), base, mod = byte >> 6, reg = byte >> 3 & 7, rm = byte & 7;

	if (byte < 0) {
		d->known = false;
		return;
	}
	if ((op == 0xf6 || op == 0xf7) && reg < 2) /* test */
		d->immediate = op == 0xf6 ? IMM_8 : IMM_Z;
	d->known &= op != 0x8f || !reg; /* else it is XOP */
	if (mod == 3)
		return;
	base = rm == 4 ? next(d) & 7 : rm;
	if (mod == 1)
		d->at++;
	else if (mod == 2 || base == 5)
		d->at += 4;
}

static size_t length_of(const struct decoding *d)
{
	size_t sized = d->small_operands && !d->wide ? 2 : 4;

	switch (d->immediate) {
	case IMM_NONE:
		return 0;
	case IMM_8:
		return 1;
	case IMM_16:
		return 2;
	case IMM_16_8:
		return 3;
	case IMM_32:
		return 4;
	case IMM_Z:
		return sized;
	case IMM_FULL:
		return d->wide ? 8 : sized;
	case IMM_ADDRESS:
		return d->small_addresses ? 4 : 8;
	}
	return 0;
}

size_t instruction_length_x86_64(const unsigned char *code, size_t n)
{
	struct decoding d = {.code = code, .n = n < MOST_BYTES ? n : MOST_BYTES};
	int op = skip_prefixes(&d);

	read_opcode(&d, op);
	if (d.known && d.operand)
		skip_operand(&d, op);
	d.at += length_of(&d);
	return d.known && d.at <= d.n ? d.at : 0;
}
