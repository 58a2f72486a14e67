/* SPDX-License-Identifier: GPL-2.0 */
/* Work that a thread does as it returns to user space, where it may sleep (since Linux 6.18). */
#ifndef JINX_TASK_WORK_BPF_H
#define JINX_TASK_WORK_BPF_H

typedef int (*resume_function)(struct bpf_map *map, void *key, void *value);

extern int bpf_task_work_schedule_resume(struct task_struct *task, struct bpf_task_work *tw,
	void *map__map, resume_function callback) __ksym __weak;
/* Its name in 6.18 and 6.19. */
extern int bpf_task_work_schedule_resume_impl(struct task_struct *task, struct bpf_task_work *tw,
	void *map__map, resume_function callback, void *aux__prog) __ksym __weak;

/* 0 when `f` will be called, -EBUSY when the work is under way. A macro: the kernel wants to see
 * the map and the function themselves. */
#define schedule_resume(work, f)                                                    \
	({                                                                          \
		long _ret = -1;                                                     \
                                                                                    \
		if (bpf_task_work_schedule_resume)                                  \
			_ret = bpf_task_work_schedule_resume(                       \
				bpf_get_current_task_btf(), work, &works, f);       \
		else if (bpf_task_work_schedule_resume_impl)                        \
			_ret = bpf_task_work_schedule_resume_impl(                  \
				bpf_get_current_task_btf(), work, &works, f, NULL); \
		_ret;                                                               \
	})

#endif
