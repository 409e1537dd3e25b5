/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A "compiler" that misbehaves, run in the sandbox by tests/server_sandbox_test.sh.
 *
 *	hostile tries OUTSIDE PID	try what must be refused, one line each: "refused NAME" or "DONE NAME"; OUTSIDE is a file and PID a
 *					process outside
 *	hostile WHAT [ARG]		use up something, or leave something behind (see the table at the end)
 */
#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64	/* on 32-bit machines too */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1u << 20)

static int bad;

/* What must not have worked: done says whether it has. */
static void
expect_refused(const char *name, int done)
{
	printf("%s %s\n", done ? "DONE" : "refused", name);
	bad |= done;
}

#define REFUSED(call) expect_refused(#call, (call) != -1)

static void
try_open(const char *path, int flags)
{
	int fd = open(path, flags);

	printf("%s open %s\n", fd == -1 ? "refused" : "DONE", path);
	bad |= fd != -1;
	if (fd != -1)
		close(fd);
}

static void
try_files(const char *outside, pid_t pid)
{
	static const char *const files[] = {
		"/etc/passwd", "/etc/shadow", "/etc/ld.so.cache", "/root", "/home", "/sys", "/run", "/boot", "/var", "/bin/sh", "/usr/bin/gcc",
		"/proc/1/environ", "/proc/1/mem", "/proc/1/maps", "/proc/1/root", "/proc/1/cwd", "/proc/1/fd", "/proc/1/exe",
		"/proc/sys", "/proc/kallsyms", "/proc/keys", "/proc/cpuinfo", "/proc/meminfo", "/proc/net",
		"/cache", "/../cache", "/../../cache/root", "/proc/1/root/cache", "/proc/self/root/../cache",
		"/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/console", "/dev/sda", "/dev/vda", "/dev/fuse", "/dev/kvm", "/dev/shm", "/dev/pts",
	};
	char path[64];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		try_open(files[i], O_RDONLY);
	try_open(outside, O_RDONLY);
	try_open(outside, O_WRONLY);
	snprintf(path, sizeof(path), "/proc/%ld", (long)pid);
	try_open(path, O_RDONLY);
	snprintf(path, sizeof(path), "/../../../..%.30s", outside);
	try_open(path, O_RDONLY);
	REFUSED(mknod("device", S_IFCHR | 0666, makedev(1, 5)));
	REFUSED(mknod("device", S_IFBLK | 0666, makedev(254, 0)));
	REFUSED(mknod("fifo", S_IFIFO | 0666, 0));
}

static void
try_sockets(void)
{
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_VSOCK, AF_ALG, AF_BLUETOOTH};
	int pair[2];

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		char name[32];

		snprintf(name, sizeof(name), "socket family %d", families[i]);
		expect_refused(name, socket(families[i], families[i] == AF_ALG ? SOCK_SEQPACKET : SOCK_DGRAM, 0) != -1);
	}
	REFUSED(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}

static void
try_processes(pid_t pid)
{
	char byte;
	struct iovec iov = {&byte, 1};

	REFUSED(kill(pid, 0));
	REFUSED(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
	REFUSED(ptrace(PTRACE_ATTACH, 1, NULL, NULL));
	REFUSED(syscall(SYS_process_vm_readv, 1, &iov, 1, &iov, 1, 0));
	REFUSED(syscall(SYS_kcmp, 1, 2, 0, 0, 0));
	REFUSED(syscall(438, syscall(434, 1, 0), 1, 0));	/* pidfd_getfd(pidfd_open(1)) */
	/* may be called, and does nothing: process 1 would be gone, and we with it */
	(void)kill(1, SIGKILL);
	expect_refused("kill(1)", getppid() != 1);
}

static void
try_namespaces(void)
{
	static const int flags[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP};
	struct clone_args args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		char name[32];

		snprintf(name, sizeof(name), "unshare %x", (unsigned)flags[i]);
		expect_refused(name, unshare(flags[i]) != -1);
	}
	expect_refused("clone(CLONE_NEWUSER)", syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0) > 0);
	expect_refused("clone3(CLONE_NEWUSER)", syscall(435, &args, sizeof(args)) > 0);
	REFUSED(setns(open("/proc/1/ns/mnt", O_RDONLY), 0));
	REFUSED(mount("tmpfs", "/tmp", "tmpfs", 0, NULL));
	REFUSED(mount("/", "/tmp", NULL, MS_BIND, NULL));
	REFUSED(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL));
	REFUSED(umount2("/proc", MNT_DETACH));
	REFUSED(umount2("/dev/null", MNT_DETACH));
	REFUSED(chroot("/tmp"));
	REFUSED(syscall(SYS_pivot_root, "/", "/"));
	REFUSED(syscall(430, "tmpfs", 0));			/* fsopen */
	REFUSED(syscall(428, AT_FDCWD, "/", 1));		/* open_tree, OPEN_TREE_CLONE */
}

/* With arguments that would do nothing or fail with another error: only the refusal is EPERM or ENOSYS. */
static void
try_kernel(void)
{
	static const struct {
		const char *name;
		long nr;
	} calls[] = {
		{"keyctl", SYS_keyctl}, {"add_key", SYS_add_key}, {"request_key", SYS_request_key}, {"bpf", SYS_bpf},
		{"perf_event_open", SYS_perf_event_open}, {"userfaultfd", SYS_userfaultfd}, {"io_uring_setup", 425}, {"kexec_load", SYS_kexec_load},
		{"init_module", SYS_init_module}, {"finit_module", SYS_finit_module}, {"delete_module", SYS_delete_module},
		{"reboot", SYS_reboot}, {"swapon", SYS_swapon}, {"quotactl", SYS_quotactl}, {"acct", SYS_acct}, {"syslog", SYS_syslog},
		{"settimeofday", SYS_settimeofday}, {"adjtimex", SYS_adjtimex}, {"sethostname", SYS_sethostname},
		{"open_by_handle_at", SYS_open_by_handle_at}, {"name_to_handle_at", SYS_name_to_handle_at},
		{"fanotify_init", SYS_fanotify_init}, {"memfd_create", SYS_memfd_create}, {"memfd_secret", 447}, {"shmget", SYS_shmget},
		{"msgget", SYS_msgget}, {"semget", SYS_semget}, {"mq_open", SYS_mq_open}, {"personality", SYS_personality},
		{"move_pages", SYS_move_pages}, {"vmsplice", SYS_vmsplice},
#ifdef __x86_64__
		{"iopl", SYS_iopl}, {"modify_ldt", SYS_modify_ldt},
#endif
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		long result = syscall(calls[i].nr, 0, 0, 0, 0, 0);

		expect_refused(calls[i].name, result != -1 || (errno != EPERM && errno != ENOSYS));
	}
}

/* The same by the numbers of 32-bit programs, where there are such. */
static void
try_calls_32(void)
{
#ifdef __x86_64__
	static const struct {
		const char *name;
		long nr, a;
	} calls[] = {
		{"socketcall of i386", 102, 1}, {"socket of i386", 359, 1}, {"mount of i386", 21, 0}, {"umount of i386", 22, 0},
		{"ptrace of i386", 26, 0}, {"chroot of i386", 61, 0}, {"ipc of i386", 117, 23}, {"clone of i386", 120, 0x10000000},
		{"unshare of i386", 310, 0x10000000}, {"setns of i386", 346, 0}, {"keyctl of i386", 288, 0},
		{"bpf of i386", 357, 0}, {"clone3 of i386", 435, 0}, {"perf_event_open of i386", 336, 0},
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		long result;

		__asm__ volatile("int $0x80" : "=a"(result) : "a"(calls[i].nr), "b"(calls[i].a), "c"(0L), "d"(0L), "S"(0L), "D"(0L)
				 : "memory", "r8", "r9", "r10", "r11");
		/* EPERM or ENOSYS: not a word about its arguments */
		expect_refused(calls[i].name, result != -1 && result != -38);
	}
	expect_refused("socket of x32", syscall(41 | 0x40000000, AF_INET, SOCK_STREAM, 0) != -1 || errno != EPERM);
#endif
}

static int
status_says(const char *text)
{
	static char status[8192];
	int fd = open("/proc/self/status", O_RDONLY);
	ssize_t n = fd == -1 ? -1 : read(fd, status, sizeof(status) - 1);

	close(fd);
	return n > 0 && strstr(status, text) != NULL;
}

static void
try_privileges(void)
{
	struct rlimit more = {1000000, 1000000};
	int fd = open("mode", O_RDWR | O_CREAT, 0644);

	REFUSED(setuid(0));
	REFUSED(setresuid(0, 0, 0));
	REFUSED(setgid(0));
	REFUSED(chown("mode", 0, 0));
	REFUSED(chmod("mode", 04755));
	REFUSED(fchmod(fd, 02755));
	REFUSED(setrlimit(RLIMIT_NPROC, &more));
	REFUSED(setpriority(PRIO_PROCESS, 0, -20));
	REFUSED(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
	expect_refused("capabilities", !status_says("CapPrm:\t0000000000000000") || !status_says("CapEff:\t0000000000000000") ||
		       !status_says("CapInh:\t0000000000000000") || !status_says("CapAmb:\t0000000000000000"));
	close(fd);
	unlink("mode");
}

static void
try_descriptors(void)
{
	int found = 0;

	for (int fd = 3; fd < 1024; fd++)
		found |= fcntl(fd, F_GETFD) != -1;
	expect_refused("descriptors above 2", found);
	expect_refused("a terminal", isatty(0) || isatty(1) || isatty(2));
}

static int
tries(const char *outside, pid_t pid)
{
	/* before we open any */
	try_descriptors();
	try_files(outside, pid);
	try_sockets();
	try_processes(pid);
	try_namespaces();
	try_kernel();
	try_calls_32();
	try_privileges();
	return bad;
}

/* Processes without end: tells how many there were. */
/* stay: until somebody ends us. */
static int
forkbomb(bool stay)
{
	int n = 0;

	for (;; n++) {
		pid_t pid = fork();

		if (pid == -1)
			break;
		if (pid == 0)
			for (;;)
				pause();
	}
	printf("%d processes\n", n);
	fflush(stdout);
	while (stay)
		pause();
	return 0;
}

static int
balloon(int flags)
{
	size_t n = 0;

	for (;; n++) {
		char *p = mmap(NULL, MIB, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			break;
		memset(p, 1, MIB);
	}
	printf("%zu MiB\n", n);
	fflush(stdout);
	return 0;
}

/* Many small balloons: each within its own limit. */
static int __attribute__((noreturn))
balloons(void)
{
	for (int i = 0; i < 8; i++) {
		if (fork() == 0) {
			balloon(MAP_PRIVATE);
			pause();
		}
	}
	for (;;)
		pause();
}

static int
fill(void)
{
	static char block[MIB];
	unsigned n = 0;
	int fd = -1;

	for (;; n++) {
		if (n % 4 == 0) {
			char name[32];

			snprintf(name, sizeof(name), "fill%u", n);
			fd = open(name, O_WRONLY | O_CREAT, 0644);
		}
		if (write(fd, block, sizeof(block)) != (ssize_t)sizeof(block))
			break;
	}
	printf("%u MiB\n", n);
	return 0;
}

static int
sparse(void)
{
	int fd = open("sparse", O_WRONLY | O_CREAT, 0644);

	signal(SIGXFSZ, SIG_IGN);
	printf("%s\n", ftruncate(fd, (off_t)1 << 40) == -1 ? strerror(errno) : "a tebibyte");
	return pwrite(fd, "x", 1, 1000000) == 1 ? 0 : 1;
}

static int
many(int n)
{
	for (int i = 0; i < n; i++) {
		char name[32];
		int fd;

		snprintf(name, sizeof(name), "many%d", i);
		fd = open(name, O_WRONLY | O_CREAT, 0644);
		if (fd == -1) {
			printf("%d files\n", i);
			return 0;
		}
		close(fd);
	}
	return 0;
}

static int
deep(void)
{
	int n = 0;

	while (n < 3000 && mkdir("d", 0755) == 0 && chdir("d") == 0)
		n++;
	return close(open("file", O_WRONLY | O_CREAT, 0644));
}

/* A process that wants to stay: nothing of it must be left when its parent has ended. */
static int
daemonise(const char *file)
{
	if (fork() == 0) {
		setsid();
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		if (fork() == 0) {
			for (;;) {
				close(open(file, O_WRONLY | O_CREAT, 0644));
				usleep(1000);
			}
		}
		_exit(0);
	}
	return 0;
}

static int __attribute__((noreturn))
stay(void)
{
	signal(SIGTERM, SIG_IGN);
	if (fork() == 0)
		setsid();
	for (;;)
		pause();
}

static int
odd(const char *what)
{
	if (strcmp(what, "link") == 0)
		return symlink("/etc/passwd", "link");
	if (strcmp(what, "secret-dir") == 0)
		return mkdir("dir", 0) | mkdir("dir2", 0755);
	if (strcmp(what, "modes") == 0) {
		int fd = open("suid", O_WRONLY | O_CREAT, 06777);

		return close(fd);
	}
	return 2;
}

static int
change_root_files(void)
{
	int fd = open("/usr/hostile", O_WRONLY | O_TRUNC);

	return fd == -1 ? unlink("/hostile") : close(fd);
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "", *arg = argc > 2 ? argv[2] : "";

	if (argc == 4 && strcmp(what, "tries") == 0)
		return tries(arg, atoi(argv[3]));
	if (strcmp(what, "quick") == 0)
		return 0;
	if (strcmp(what, "forkbomb") == 0)
		return forkbomb(strcmp(arg, "stay") == 0);
	if (strcmp(what, "balloon") == 0)
		return balloon(MAP_PRIVATE);
	if (strcmp(what, "shared-balloon") == 0)
		return balloon(MAP_SHARED);
	if (strcmp(what, "balloons") == 0)
		return balloons();
	if (strcmp(what, "fill") == 0)
		return fill();
	if (strcmp(what, "sparse") == 0)
		return sparse();
	if (strcmp(what, "many") == 0)
		return many(atoi(arg));
	if (strcmp(what, "deep") == 0)
		return deep();
	if (strcmp(what, "daemonise") == 0)
		return daemonise(arg);
	if (strcmp(what, "stay") == 0)
		return stay();
	if (strcmp(what, "odd") == 0)
		return odd(arg);
	if (strcmp(what, "root-files") == 0)
		return change_root_files();
	return 2;
}
