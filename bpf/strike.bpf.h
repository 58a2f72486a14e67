/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From "a target is at this point" to what happens: count, narrow, decide, carry
 * out, tell. The functions are global so that the verifier checks each once, not
 * once a program; a task's call and a packet differ in what may be asked of them.
 */
#ifndef JINX_STRIKE_BPF_H
#define JINX_STRIKE_BPF_H

#define EINTR 4

/* A rule at a call, as far as it is the same for all faults. */
struct attempt {
	struct rule *rule; /* NULL: there is nothing to do, nor to settle */
	struct counters *row;
	struct draw draw;
	enum reason reason;
	/* While calls are numbered: which task's which call, and what the recording has of it. */
	__u32 task, call;
	__s64 *recorded;
};

static __always_inline struct event *event_of_call(
	const struct attempt *b, __u32 rule, __u32 mechanism, __u32 point, __s64 result)
{
	struct event *e = event_begin(rule, mechanism, point);
	__u64 id = bpf_get_current_pid_tgid();

	if (!e)
		return 0;
	e->result = result;
	e->pid = id >> 32;
	e->tid = id;
	e->cgroup = bpf_get_current_cgroup_id();
	bpf_get_current_comm(e->comm, sizeof(e->comm));
	if (b) {
		e->task = b->task;
		e->call = b->call;
	}
	return e;
}

static __always_inline void tell_call(
	const struct attempt *b, __u32 rule, __u32 mechanism, __u32 point, __s64 result)
{
	struct event *e = event_of_call(b, rule, mechanism, point, result);

	if (e)
		event_end(e);
}

static __always_inline void look_at_clock(struct circumstances *c)
{
	__u64 now = bpf_ktime_get_ns();

	c->expired = now > deadline_ns;
	c->now_ns = now - phase_began_ns;
	c->injections = &injections;
	c->max_injections = max_injections;
}

/* Gives the current task's call its numbers. */
static __always_inline void number_call(struct attempt *b, __u32 index)
{
	struct rule_state *task = state_of_task(index);

	if (!task)
		return;
	b->task = task->stream;
	b->call = __sync_fetch_and_add(&task->numbered, 1) + 1;
}

static __always_inline __s64 *find_recorded(__u32 rule, __u32 task, __u32 call)
{
	struct recorded key = {rule, task, call};

	return bpf_map_lookup_elem(&recording, &key);
}

/* In place of the trigger. */
static __always_inline enum reason replay(const struct circumstances *c, const __s64 *recorded)
{
	enum reason reason = exempt(c);

	if (reason != REASON_INJECTED)
		return reason;
	if (!recorded)
		return REASON_REPLAY;
	return c->struck ? REASON_SHADOWED : REASON_INJECTED;
}

/* The trigger's word, or the recording's; while only observing nothing is injected. */
static __always_inline enum reason judge(const struct rule *rule, struct rule_state *state,
	const struct circumstances *c, const __s64 *recorded, struct draw *ret)
{
	enum reason reason = replaying ? replay(c, recorded) : decide(rule, state, c, ret);

	return reason == REASON_INJECTED && observe ? REASON_OBSERVED : reason;
}

/*
 * The rules whose `where` means what the call is about and the functions that make it, a bit each;
 * for all that are `pending` at once, as the looks are long loops.
 */
static __always_inline __u64 rules_that_fit(__u64 pending, __u64 by_call)
{
	return pending & rules_with_stack ? by_call & rules_by_stack(true) : by_call;
}

static __always_inline __u64 rules_that_fit_call(__u64 pending, __u32 point)
{
	return rules_that_fit(pending, rules_by_call(pending, point));
}

/*
 * What is known of a call before a rule looks at it, a bit each; and above TEXTS_SHIFT which texts
 * the caller's command line has.
 */
enum known {
	CALL_STRUCK = 1,  /* by an earlier rule */
	CALL_FAILED = 2,  /* by itself: at its exit */
	CALL_MEANT = 4,	  /* `fitting` is all that `where` asks: it was looked at at the entry */
	PACKET_STAYS = 8, /* whatever is decided can't be carried out */
};
#define TEXTS_SHIFT 32

static __always_inline __u64 known_of_call(__u64 pending, __u32 known)
{
	return pending & rules_with_cmdline ? (__u64)texts_of_cmdline() << TEXTS_SHIFT | known
					    : known;
}

/* The call is one that the rule's `where` means, if it is `fitting`, or because it is. */
static __always_inline bool is_meant(__u32 index, __u64 fitting, __u64 known)
{
	index &= MAX_RULES - 1;
	if (!(fitting >> index & 1))
		return false;
	return known & CALL_MEANT || !((filters[index].asks | nots[index].asks) & FILTER_CALLER) ||
	       caller_matches(index, known >> TEXTS_SHIFT);
}

/* What the trigger goes by besides the call. */
static __always_inline void look_at_budget(
	struct circumstances *c, const struct rule *rule, __u32 point)
{
	if (counts_bytes && rule->after_bytes)
		c->bytes = bytes_of_call(point);
	if (counts_fds && rule->open_fds)
		c->short_of = !has_descriptors(rule->open_fds);
}

/* `socket`: in a program on a cgroup's socket hooks, whose calls have no such trigger. */
static __always_inline void aim_attempt(
	struct attempt *b, __u32 index, __u32 point, __u64 fitting, __u64 known, bool socket)
{
	struct circumstances c = {};
	struct rule_state *state;
	struct rule *rule;

	b->rule = 0;
	b->row = counters_at(index, point);
	if (!b->row || index >= MAX_RULES)
		return;
	rule = &rules[index];
	count(&b->row->eligible);
	if (!narrowing_matches(rule->target, known >> TEXTS_SHIFT))
		return;
	if (filtering && !is_meant(index, fitting, known))
		return;
	count(&b->row->matched);
	c.protected = is_protected(bpf_get_current_pid_tgid() >> 32, rule->target);
	look_at_clock(&c);
	c.failed = known & CALL_FAILED;
	if (!socket)
		look_at_budget(&c, rule, point);
	/* A signal is sent whatever the call returns. */
	c.struck = known & CALL_STRUCK && rule->fault != FAULT_KILL;
	state = state_of(index, rule->per, point);
	if (!state)
		return;
	if (numbering)
		number_call(b, index);
	if (replaying)
		b->recorded = find_recorded(index, b->task, b->call);
	b->reason = judge(rule, state, &c, b->recorded, &b->draw);
	b->rule = rule;
}

enum sent { SENT, SENT_AND_ENDS, NOT_SENT };

/* To the current process. A function of its own, for the stack's sake. */
SHARED int send_signal(__u32 signal)
{
	bool ends = signal_ends(bpf_get_current_task_btf(), signal);

	if (bpf_send_signal(signal))
		return NOT_SENT;
	return ends ? SENT_AND_ENDS : SENT;
}

/* The errno that the call returns: the same one when a recording is replayed. */
static __always_inline __s64 error_of(const struct attempt *b)
{
	return b->recorded ? *b->recorded : draw_error(b->rule, &b->draw);
}

static __always_inline int lost_or_ended(__u32 rule)
{
	return corruptions[rule & (MAX_RULES - 1)].kind == CORRUPT_LOSE ? -IS_LOST : -IS_LEFT_OUT;
}

#define FMODE_WRITE 0x2 /* include/linux/fs.h */

/* The call would write something: of one that fails, or writes nothing, nothing can be lost. */
static __always_inline bool would_write(__u32 point)
{
	struct file *file = (void *)file_of_call(point, 0);

	return file && BPF_CORE_READ(file, f_mode) & FMODE_WRITE && (__s64)bytes_of_call(point) > 0;
}

static __always_inline bool is_loss(__u32 rule)
{
	return rule < MAX_RULES && rules[rule].fault == FAULT_CORRUPT &&
	       corruptions[rule].kind == CORRUPT_LOSE;
}

/* One rule at one call. Returns the -errno that the call must return, or 0. */
static __always_inline int at_rule(
	__u32 index, __u32 mechanism, __u32 point, __u64 fitting, __u64 known, bool kills)
{
	struct attempt b = {};
	struct rule *rule;
	int sent = SENT;
	__s64 result;

	if (kills && is_loss(index) && !would_write(point))
		fitting = 0;
	aim_attempt(&b, index, point, fitting, known, !kills);
	rule = b.rule;
	if (!rule)
		return 0;
	if (b.reason == REASON_INJECTED && kills && rule->fault == FAULT_KILL)
		sent = send_signal(rule->signal);
	if (sent == NOT_SENT)
		b.reason = REASON_REFUSED;
	settle(b.row, b.reason);
	if (b.reason != REASON_INJECTED)
		return 0;
	result = rule->fault == FAULT_FAIL ? error_of(&b) : (__s64)rule->signal;
	tell_call(&b, index, mechanism, point, result);
	if (rule->fault == FAULT_LEAK)
		return -IS_LEFT_OUT;
	if (rule->fault == FAULT_CORRUPT)
		return lost_or_ended(index);
	/* Nobody will see the error, but the call is not carried out where there is one. */
	return rule->fault == FAULT_FAIL ? result : sent == SENT_AND_ENDS ? -EINTR : 0;
}

SHARED int strike_rule(__u32 index, __u32 mechanism, __u32 point, __u64 fitting, __u64 known)
{
	return at_rule(index, mechanism, point, fitting, known, true);
}

/* Programs on a cgroup's socket hooks may not send signals before Linux 6.18. */
SHARED int strike_rule_socket(__u32 index, __u32 point, __u64 fitting, __u64 known)
{
	return at_rule(index, MECHANISM_SOCK_ADDR, point, fitting, known, false);
}

/* All rules at one call, in the scenario's order. Returns 0 or the -errno of the one that struck.
 */
static __always_inline int strike_each(
	__u64 pending, __u32 mechanism, __u32 point, __u64 fitting, __u64 known, bool socket)
{
	int error = 0;

	for (int i = 0; i < MAX_RULES; i++) {
		int ret;

		if (!(pending >> i))
			break;
		if (!(pending >> i & 1))
			continue;
		ret = socket ? strike_rule_socket(i, point, fitting, known)
			     : strike_rule(i, mechanism, point, fitting, known);
		if (ret) {
			error = ret;
			known |= CALL_STRUCK;
		}
	}
	/* The verifier wants to see that an LSM program's result is an errno. */
	return error < 0 && error >= -4095 ? error : 0;
}

/* What a call that is not carried out returns; `left_out`: if it is to have succeeded. */
static __always_inline __s64 returned_by(int error, __u32 point, int left_out)
{
	__u64 asked;

	if (error == -IS_TRUE)
		return 1;
	if (error != -IS_LOST)
		return error == -IS_LEFT_OUT ? left_out : error;
	asked = bytes_of_call(point);
	return asked < MAX_WRITTEN ? asked : MAX_WRITTEN;
}

SHARED int strike(__u32 mechanism, __u32 point, __u32 targets, __s64 result)
{
	__u64 pending = rules_at(mechanism, point, targets);

	if (!pending)
		return 0;
	return strike_each(pending, mechanism, point, rules_that_fit_call(pending, point),
		known_of_call(pending, result < 0 ? CALL_FAILED : 0), false);
}

struct entering {
	__u64 pending, meant, known;
};

static long entry_step(__u32 rule, void *context)
{
	struct entering *e = context;

	if (rule < MAX_RULES && e->pending >> rule & 1 && is_meant(rule, ~0ull, e->known))
		e->meant |= 1ull << rule;
	return 0;
}

/* At the entry of a call for which rules wait at its exit: keeps those that mean it. */
SHARED int note_entry(__u32 mechanism, __u32 point, __u32 targets)
{
	struct entering e = {.pending = rules_at(mechanism, point, targets)};
	__u64 key = bpf_get_current_pid_tgid(), fitting;

	if (!e.pending)
		return 0;
	fitting = rules_that_fit_call(e.pending, point);
	e.known = known_of_call(e.pending, 0);
	bpf_loop(MAX_RULES, entry_step, &e, 0);
	fitting &= e.meant;
	return bpf_map_update_elem(&entered, &key, &fitting, BPF_ANY);
}

/* At its exit. Where the entry was missed the exit has to do. */
SHARED int strike_noted(__u32 mechanism, __u32 point, __u32 targets, __s64 result)
{
	__u64 pending = rules_at(mechanism, point, targets), fitting;
	__u64 key = bpf_get_current_pid_tgid(), *noted = bpf_map_lookup_elem(&entered, &key);
	__u32 known = result < 0 ? CALL_FAILED : 0;

	if (!pending)
		return 0;
	if (noted) {
		fitting = *noted;
		known |= CALL_MEANT;
		bpf_map_delete_elem(&entered, &key);
	} else {
		fitting = rules_that_fit_call(pending, point);
	}
	return strike_each(
		pending, mechanism, point, fitting, known_of_call(pending, known), false);
}

/* Within the LSM layer, where the hook tells what the call is about. */
SHARED int strike_at_hook(__u32 mechanism, __u32 point, __u32 targets, __u64 by_call)
{
	__u64 pending = rules_at(mechanism, point, targets);

	if (!pending)
		return 0;
	return strike_each(pending, mechanism, point, rules_that_fit(pending, by_call),
		known_of_call(pending, 0), false);
}

/* The plan gives these hooks no rules with a path or a stack. */
/* `known`: another experiment's program, or anybody's, may have refused the call before. */
SHARED int strike_socket(__u32 point, __u32 targets, __u64 fitting, __u32 known)
{
	__u64 pending = rules_at(MECHANISM_SOCK_ADDR, point, targets);

	return strike_each(
		pending, MECHANISM_SOCK_ADDR, point, fitting, known_of_call(pending, known), true);
}

static __always_inline int strike_packet_rule(
	__u32 index, __u32 mechanism, __u32 point, __u64 cgroup, __u64 fitting, __u32 known)
{
	struct circumstances c = {};
	struct counters *row = counters_at(index, point);
	struct rule_state *state;
	struct event *e;
	enum reason reason;
	__s64 *recorded = 0;
	__u32 call = 0;
	struct draw draw = {};

	if (!row || index >= MAX_RULES)
		return 0;
	count(&row->eligible);
	if (!(fitting >> index & 1))
		return 0;
	count(&row->matched);
	look_at_clock(&c);
	c.struck = known & CALL_STRUCK;
	/* A packet has no thread: PER_TASK is not for it. */
	state = rules[index].per == PER_CALL ? state_of_call(index, point) : &states[index];
	if (!state)
		return 0;
	/* Packets are numbered too, as if they were one task's, of number 0. */
	if (numbering)
		call = __sync_fetch_and_add(&states[index].numbered, 1) + 1;
	if (replaying)
		recorded = find_recorded(index, 0, call);
	reason = judge(&rules[index], state, &c, recorded, &draw);
	if (reason == REASON_INJECTED && known & PACKET_STAYS)
		reason = REASON_REFUSED;
	settle(row, reason);
	if (reason != REASON_INJECTED)
		return 0;
	e = event_begin(index, mechanism, point);
	if (e) {
		e->cgroup = cgroup;
		e->call = call;
		event_end(e);
	}
	return 1;
}

struct packet {
	__u64 pending, cgroup, fitting;
	__u32 mechanism, point, known;
	int struck; /* by the rule before this one; 0: by none */
};

static long packet_step(__u32 rule, void *context)
{
	struct packet *p = context;

	if (rule < MAX_RULES && p->pending >> rule & 1 &&
		strike_packet_rule(rule, p->mechanism, p->point, p->cgroup, p->fitting, p->known)) {
		p->struck = rule + 1;
		p->known |= CALL_STRUCK;
	}
	return 0;
}

/* Apart, as stacks are small. */
static __noinline __u64 rules_by_packet(struct __sk_buff *skb, bool egress)
{
	struct peer peer = {};

	read_packet(skb, egress, &peer);
	return rules_by_peer(&peer);
}

/* Returns which rule struck the packet, counted from 1 on; 0: none did. */
static __always_inline int strike_packet_of(struct __sk_buff *skb, __u64 cgroup, __u32 mechanism,
	__u32 point, bool egress, __u32 targets, __u32 known)
{
	struct packet p = {
		.cgroup = cgroup, .mechanism = mechanism, .point = point, .known = known};

	p.pending = rules_at(mechanism, point, targets);
	if (!p.pending)
		return 0;
	p.fitting = p.pending & rules_with_peer ? rules_by_packet(skb, egress) : ~0ull;
	if (p.pending & partitions)
		p.fitting &= rules_by_sender(skb, egress, targets);
	if (egress && mechanism == MECHANISM_DETOUR && p.pending & dns_rules)
		p.fitting &= rules_by_name(skb);
	if (egress && mechanism == MECHANISM_DETOUR && p.pending & http_rules)
		p.fitting &= rules_by_path_of_request(skb);
	if (p.pending & isolations)
		p.fitting &= rules_beyond(skb, egress, targets);
	bpf_loop(MAX_RULES, packet_step, &p, 0);
	return p.struck;
}

/* At its socket's cgroup. */
static __always_inline int strike_packet(struct __sk_buff *skb, __u32 mechanism, __u32 point,
	bool egress, __u32 targets, __u32 known)
{
	return strike_packet_of(
		skb, bpf_skb_cgroup_id(skb), mechanism, point, egress, targets, known);
}

#endif
