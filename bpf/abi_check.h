/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Both sides compile this. A new structure gets a line of its size; those whose fields other
 * programs or processes find by their place, a line of these.
 */
#define SIZE_IS(type, size)                                                                   \
	_Static_assert(sizeof(struct type) == (size), "struct " #type " differs between the " \
						      "sides")
#define FIELD_IS_AT(type, field, offset)                                   \
	_Static_assert(__builtin_offsetof(struct type, field) == (offset), \
		"struct " #type "'s " #field " differs between the sides")

SIZE_IS(plan_point, 8);
SIZE_IS(rule, 136);
SIZE_IS(rule_state, 64);
SIZE_IS(task_rule, 16);
SIZE_IS(file_id, 16);
SIZE_IS(identity, 848);
SIZE_IS(narrowing, 1696);
SIZE_IS(argument_test, 16);
SIZE_IS(askers, 16);
SIZE_IS(network, 36);
SIZE_IS(network_test, 56);
SIZE_IS(port_range, 8);
SIZE_IS(port_test, 24);
SIZE_IS(path_test, 104);
SIZE_IS(stack_test, 48);
SIZE_IS(filter, 1120);
SIZE_IS(counters, 144);
SIZE_IS(event, 64);
SIZE_IS(recorded, 12);
SIZE_IS(slot, 48);
SIZE_IS(gate_shared, 104);
SIZE_IS(sleeps, 15392);
SIZE_IS(gate_call, 24);
SIZE_IS(gate_look, 8);
SIZE_IS(resolve_mapping, 24);
SIZE_IS(resolve_file, 72);

FIELD_IS_AT(rule, chance_ppm, 16);
FIELD_IS_AT(rule, seed, 40);
FIELD_IS_AT(rule, interval_ns, 128);
FIELD_IS_AT(rule_state, stream, 32);
FIELD_IS_AT(filter, who, 272);
FIELD_IS_AT(path_test, name, 56);
FIELD_IS_AT(path_test, by, 88);
FIELD_IS_AT(stack_test, by, 32);
FIELD_IS_AT(event, result, 16);
FIELD_IS_AT(event, rule, 32);
FIELD_IS_AT(event, point, 34);
FIELD_IS_AT(event, comm, 40);
FIELD_IS_AT(event, call, 60);
FIELD_IS_AT(slot, until_ns, 16);
FIELD_IS_AT(slot, point, 32);
FIELD_IS_AT(slot, phase, 36);
FIELD_IS_AT(slot, interruptible, 40);
FIELD_IS_AT(gate_shared, closed, 20);
FIELD_IS_AT(gate_shared, deadline_ns, 40);
FIELD_IS_AT(gate_shared, entered, 88);
FIELD_IS_AT(resolve_file, fd, 64);
FIELD_IS_AT(plan_point, descriptors, 4);
FIELD_IS_AT(plan_point, traits, 6);

#undef SIZE_IS
#undef FIELD_IS_AT
