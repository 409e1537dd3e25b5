/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The calls of sandbox_deny, for sandbox_deny.c and its test: those this machine has.  Numbers are those of the <asm/unistd.h> that was
 * included before; sandbox_calls_i386.c has another one, and another DENIED_CALLS.
 */
#ifndef SERVER_SANDBOX_CALLS_H
#define SERVER_SANDBOX_CALLS_H

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/stat.h>

#include "server/sandbox_deny.h"

#ifndef DENIED_CALLS
#include <sys/syscall.h>
#define DENIED_CALLS static const struct denied_call denied_calls[]
#endif

/* clone may make processes and threads, not namespaces. */
#define DENIED_CLONE \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define DENIED_MODE (S_ISUID | S_ISGID)
#ifdef __s390x__
#define DENIED_CLONE_ARG 1
#else
#define DENIED_CLONE_ARG 0
#endif

/* Of x32, which has numbers of its own for calls whose arguments differ. */
#if defined(__x86_64__) && !defined(DENIED_MORE)
#define DENIED_MORE \
	DENY_NEW(x32_ptrace, 521, EPERM), DENY_NEW(x32_kexec_load, 528, EPERM), DENY_NEW(x32_vmsplice, 532, EPERM), \
	DENY_NEW(x32_move_pages, 533, EPERM), DENY_NEW(x32_process_vm_readv, 539, EPERM), \
	DENY_NEW(x32_process_vm_writev, 540, EPERM), DENY_NEW(x32_io_setup, 543, EPERM), DENY_NEW(x32_io_submit, 544, EPERM),
#elif !defined(DENIED_MORE)
#define DENIED_MORE
#endif

#define DENY(name) {__NR_##name, EPERM, 0, 0, #name}
#define DENY_IF(name, arg, bits) {__NR_##name, EPERM, arg, bits, #name}
/* Calls since Linux 5.1 have one number everywhere (but on Alpha); headers may be older than the kernel. */
#define DENY_NEW(name, nr, err) {nr, err, 0, 0, #name}

DENIED_CALLS = {
	/* networks, and whoever listens on this machine */
	DENY(socket), DENY(socketpair), DENY(connect), DENY(bind), DENY(listen), DENY(accept4),
	/* namespaces, mounts, roots */
	DENY(unshare), DENY(setns), DENY(mount), DENY(umount2), DENY(pivot_root), DENY(chroot),
	/* files by other ways than their names; devices */
	DENY(open_by_handle_at), DENY(name_to_handle_at), DENY(mknodat), DENY(fanotify_init), DENY(fanotify_mark),
	DENY(quotactl), DENY(acct), DENY(swapon), DENY(swapoff),
	/* other processes */
	DENY(ptrace), DENY(process_vm_readv), DENY(process_vm_writev), DENY(kcmp), DENY(migrate_pages),
	DENY(move_pages),
	/* large pieces of the kernel that compilers do without */
	DENY(bpf), DENY(perf_event_open), DENY(userfaultfd), DENY(io_setup), DENY(io_submit), DENY(vmsplice),
	DENY(personality), DENY(keyctl), DENY(add_key), DENY(request_key), DENY(syslog),
	/* memory that is in no process and in no file system */
	DENY(shmget), DENY(shmat), DENY(shmctl), DENY(semget), DENY(semctl), DENY(msgget), DENY(msgsnd),
	DENY(msgrcv), DENY(msgctl), DENY(mq_open),
	/* the machine */
	DENY(kexec_load), DENY(init_module), DENY(finit_module), DENY(delete_module), DENY(reboot),
	DENY(settimeofday), DENY(clock_settime), DENY(clock_adjtime), DENY(adjtimex), DENY(sethostname),
	DENY(setdomainname), DENY(vhangup),
	/* since 5.1; for those that "are not there" programs have another way */
	DENY_NEW(io_uring_setup, 425, ENOSYS), DENY_NEW(io_uring_enter, 426, ENOSYS),
	DENY_NEW(io_uring_register, 427, ENOSYS), DENY_NEW(open_tree, 428, EPERM), DENY_NEW(move_mount, 429, EPERM),
	DENY_NEW(fsopen, 430, EPERM), DENY_NEW(fsconfig, 431, EPERM), DENY_NEW(fsmount, 432, EPERM),
	DENY_NEW(fspick, 433, EPERM), DENY_NEW(clone3, 435, ENOSYS), DENY_NEW(pidfd_getfd, 438, EPERM),
	DENY_NEW(process_madvise, 440, EPERM), DENY_NEW(mount_setattr, 442, EPERM),
	DENY_NEW(quotactl_fd, 443, EPERM), DENY_NEW(memfd_secret, 447, ENOSYS),
	DENY_NEW(process_mrelease, 448, EPERM), DENY_NEW(statmount, 457, EPERM), DENY_NEW(listmount, 458, EPERM),
	DENY_NEW(open_tree_attr, 467, EPERM),
	{__NR_memfd_create, ENOSYS, 0, 0, "memfd_create"},
	/* some uses only */
	DENY_IF(clone, DENIED_CLONE_ARG, DENIED_CLONE),
	DENY_IF(fchmod, 1, DENIED_MODE),
	DENY_IF(fchmodat, 2, DENIED_MODE),
	{452, EPERM, 2, DENIED_MODE, "fchmodat2"},
#ifdef __NR_chmod
	DENY_IF(chmod, 1, DENIED_MODE),
#endif
	/* some machines only */
#ifdef __NR_accept
	DENY(accept),
#endif
#ifdef __NR_socketcall
	DENY(socketcall),
#endif
#ifdef __NR_umount
	DENY(umount),
#endif
#ifdef __NR_mknod
	DENY(mknod),
#endif
#ifdef __NR_uselib
	DENY(uselib),
#endif
#ifdef __NR_lookup_dcookie
	DENY(lookup_dcookie),
#endif
#ifdef __NR_nfsservctl
	DENY(nfsservctl),
#endif
#ifdef __NR_modify_ldt
	DENY(modify_ldt),
#endif
#ifdef __NR__sysctl
	DENY(_sysctl),
#endif
#ifdef __NR_vm86
	DENY(vm86),
#endif
#ifdef __NR_vm86old
	DENY(vm86old),
#endif
#ifdef __NR_ipc
	DENY(ipc),
#endif
#ifdef __NR_semop
	DENY(semop),
#endif
#ifdef __NR_kexec_file_load
	DENY(kexec_file_load),
#endif
#ifdef __NR_iopl
	DENY(iopl),
#endif
#ifdef __NR_ioperm
	DENY(ioperm),
#endif
#ifdef __NR_stime
	DENY(stime),
#endif
#ifdef __NR_clock_settime64
	DENY(clock_settime64),
#endif
#ifdef __NR_clock_adjtime64
	DENY(clock_adjtime64),
#endif
#ifdef __NR_s390_pci_mmio_read
	DENY(s390_pci_mmio_read),
#endif
#ifdef __NR_s390_pci_mmio_write
	DENY(s390_pci_mmio_write),
#endif
	DENIED_MORE
};

#endif
