# SPDX-License-Identifier: MIT
# For `make gdb`: looking at kernel objects.  Type `help user-defined`.
set confirm off
set pagination off
set print pretty on

define vthread
	set $t = (struct thread *)($arg0)
	printf "thread %p  task %p  prio %u  state %u  stopped %u  kind %u\n", $t, $t->task, $t->priority, $t->state, $t->stopped, $t->kind
	printf "  rip %#lx  rsp %#lx  vector %#lx  utcb %p  caller %p  partner %p\n", $t->regs.rip, $t->regs.rsp, $t->regs.vector, $t->utcb, $t->caller, $t->partner
end
document vthread
vthread POINTER: a thread's state.  (enum thread_state in kernel/thread.h)
end

define vcurrent
	if cpu.current
		vthread cpu.current
	else
		printf "idle\n"
	end
end
document vcurrent
The running thread.
end

define vqueue
	if $arg0
		vthread (struct thread *)((char *)($arg0) - (long)&((struct thread *)0)->rank)
		vqueue ($arg0)->left
		vqueue ($arg0)->right
	end
end
document vqueue
vqueue HEAP: the threads of a queue, the first first.
end

define vready
	if cpu.next
		printf "next: "
		vthread cpu.next
	end
	set $p = 255
	while $p > 0
		if cpu.ready[$p].threads.left
			printf "%3u:\n", $p
			vqueue cpu.ready[$p].threads.left
		end
		set $p = $p - 1
	end
end
document vready
All threads that could run, most urgent first.
end

define vcaps
	set $task = (struct task *)($arg0)
	set $i = 0
	while $i < 4096
		set $table = $task->caps[$i / 128]
		if $table == cap_table_none
			set $i = $i + 128
		else
			set $c = &$table[$i % 128]
			if $c->obj
				printf "%4u: type %u  rights %u  object %p\n", $i, $c->obj->type, $c->node.rights, $c->obj
			end
			set $i = $i + 1
		end
	end
end
document vcaps
vcaps TASK: its capabilities.  (enum object_type in kernel/include/abi/syscall.h)
end

define vgate
	set $g = (struct source *)($arg0)
	printf "source %p  type %u  label %#lx  thread %p\n", $g, $g->obj.type, $g->label, $g->thread
end
document vgate
vgate POINTER: a gate, signal or interrupt.
end
