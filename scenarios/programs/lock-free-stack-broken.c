// SPDX-License-Identifier: GPL-2.0
/* A stack without locks, whose head is replaced by compare-and-swap. The head alone is compared:
 * that it has been away meanwhile is not seen. No system call is made on the way. */
#define RACE_LATER_MS 40
#include "race.h"

/* Of some length, and no system call in it: a tenth of a millisecond. */
static unsigned long digest_of(unsigned long n)
{
	for (int i = 0; i < 80000; i++)
		n = (n ^ n >> 7) * 0x9e3779b97f4a7c15ul;
	return n | 1;
}
static unsigned long digest;

struct node {
	struct node *next;
	int taken;
};
static struct node a, b;
static struct node *head;

static struct node *look(struct node **ret)
{
	*ret = __atomic_load_n(&head, __ATOMIC_SEQ_CST);
	return *ret;
}

static int swap(struct node **was, struct node *to)
{
	return __atomic_compare_exchange_n(&head, was, to, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#define STATE struct node *

static struct node *pop(void)
{
	STATE was;
	struct node *top, *next;
	int tries = 0;

	do {
		if (tries++)
			race_meetings++;
		top = look(&was);
		if (!top)
			return NULL;
		next = top->next;
		digest += digest_of(digest);
	} while (!swap(&was, next));
	top->taken++;
	return top;
}

static void push(struct node *n)
{
	STATE was;

	n->taken--;
	do
		n->next = look(&was);
	while (!swap(&was, n));
}

static void begin(void)
{
	while (pop())
		;
	a.taken = b.taken = 1;
	push(&b);
	push(&a);
}

static void first(void)
{
	pop();
}

/* Takes two and puts the first one back, if it gets them. */
static void second(void)
{
	struct node *one = pop(), *two = one ? pop() : NULL;

	if (two)
		push(one);
}

/* One is left in the stack, or none: nobody has got what another one has. */
static const char *wrong(void)
{
	return a.taken <= 1 && b.taken <= 1 && a.taken >= 0 && b.taken >= 0 &&
			       !(look(&(STATE){0}) == &b && b.taken)
		       ? NULL
		       : "a node is taken and still in the stack";
}
