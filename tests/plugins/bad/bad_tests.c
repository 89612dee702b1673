/* What the test "bad" does. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bad.h"

static const e2e_host* host;
static const e2e_report_v1* report;
static const e2e_str nothing;

static e2e_rc segfaults(void) { return *(volatile int*)0; }
static e2e_rc aborts(void) { abort(); }
static e2e_rc divides_by_zero(void) { return raise(SIGFPE); }
static e2e_rc runs_what_is_no_code(void) { __builtin_trap(); }
static e2e_rc overflows(void) {
  volatile char room[4096];
  room[0] = 1;
  return room[0] == 0 ? 0 : overflows() + room[0];
}
static e2e_rc exits(void) { exit(0); }
static e2e_rc exits_at_once(void) { _exit(0); }
static e2e_rc exits_quickly(void) { quick_exit(0); }
static e2e_rc kills_itself(void) { return raise(SIGKILL); }
static e2e_rc kills_its_group(void) { return kill(0, SIGKILL); }
static e2e_rc terminates_itself(void) { return raise(SIGTERM); }
static e2e_rc hangs(void) {
  while (pause() != 0)
    ;
  return E2E_PASS;
}
static e2e_rc spins(void) {
  for (volatile int go = 1; go;)
    ;
  return E2E_PASS;
}
static e2e_rc stops_itself(void) { return raise(SIGSTOP), E2E_PASS; }
static e2e_rc ignores_term(void) { return signal(SIGTERM, SIG_IGN), hangs(); }
static e2e_rc blocks_everything(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, 0);
  return hangs();
}
static void on_fault(int number) { (void)number, _exit(9); }
static e2e_rc catches_its_fault(void) { return signal(SIGSEGV, on_fault), segfaults(); }
static e2e_rc starts_phases_for_ever(void) {
  do report->phase(host, E2E_PHASE_BEFORE_EACH, nothing);
  while (usleep(2000) != 1);
  return E2E_PASS;
}
static e2e_rc hangs_in(uint32_t phase) { return report->phase(host, phase, nothing), hangs(); }
static e2e_rc hangs_in_before_each(void) { return hangs_in(E2E_PHASE_BEFORE_EACH); }
static e2e_rc hangs_in_after_each(void) { return hangs_in(E2E_PHASE_AFTER_EACH); }
static e2e_rc hangs_in_cleanup(void) { return hangs_in(E2E_PHASE_CLEANUP); }
static e2e_rc execs(void) { return execl("/bin/sleep", "sleep", "60", (char*)0); }

static e2e_rc closes_all(void) { return closefrom(3), E2E_PASS; }
static e2e_rc writes_garbage_to_sockets(void) {
  char garbage[300];
  int fd, type;
  socklen_t size;
  memset(garbage, 0xFF, sizeof garbage);
  for (fd = 3; fd < 4096; ++fd)
    if (size = sizeof type, getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0)
      (void)!write(fd, garbage, sizeof garbage);
  return E2E_PASS;
}
static e2e_rc scribbles_over_the_slot(void) {
  char line[512];
  unsigned long start, end;
  FILE* maps = fopen("/proc/self/maps", "r");
  while (fgets(line, sizeof line, maps) != 0)
    if (strstr(line, "memfd:e2e-run") != 0 && sscanf(line, "%lx-%lx rw", &start, &end) == 2)
      memset((void*)start, 0xA5, end - start);
  fclose(maps);
  return E2E_PASS;
}

static e2e_rc leaves_a_child(void) {
  if (fork() == 0) execl("/bin/sleep", "sleep", "600", (char*)0);
  return E2E_PASS;
}
static e2e_rc leaves_a_daemon(void) {
  if (fork() == 0) {
    setsid();
    if (fork() == 0)
      for (;;) pause();
    _exit(0);
  }
  usleep(20000);
  return E2E_PASS;
}
static e2e_rc child_goes_on_with_the_tests(void) { return fork() < 0 ? E2E_FAIL : E2E_PASS; }
static e2e_rc leaves_a_zombie(void) {
  siginfo_t ended;
  const pid_t child = fork();
  if (child == 0) _exit(0);
  return waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT) == 0 ? E2E_PASS : E2E_FAIL;
}
static void* goes_on(void* unused) {
  for (;;) usleep(1000);
  return unused;
}
static e2e_rc leaves_a_thread(void) {
  pthread_t thread;
  return pthread_create(&thread, 0, goes_on, 0) == 0 ? E2E_PASS : E2E_FAIL;
}
static void* ends_the_process(void* unused) {
  _exit(4);
  return unused;
}
static e2e_rc exits_in_a_thread(void) {
  pthread_t thread;
  pthread_create(&thread, 0, ends_the_process, 0);
  return hangs();
}

static e2e_rc returns_garbage(void) { return 0x7fffffff; }
static e2e_rc reports_null(void) { return report->failure(host, 0), E2E_PASS; }
static e2e_rc reports_wild_text(void) {
  const e2e_failure failure = {sizeof failure, 0,      {0, 0}, 0, 0, {(const char*)64, 1 << 20},
                               {0, 0},         {0, 0}, {0, 0}};
  return report->failure(host, &failure), E2E_PASS;
}
static e2e_rc reports_without_end(void) {
  const e2e_failure failure = {sizeof failure, E2E_FAILURE_SOFT, {"f", 1}, 1,     0,
                               {"a == b", 6},  {0, 0},           {0, 0},   {0, 0}};
  int i;
  for (i = 0; i < 100000; ++i) report->failure(host, &failure);
  return E2E_PASS;
}
static e2e_rc ends_steps_that_it_never_began(void) {
  int i;
  for (i = 0; i < 1000; ++i) report->step_end(host);
  return E2E_PASS;
}
static e2e_rc never_ends_a_step(void) {
  int i;
  for (i = 0; i < 20000; ++i) report->step_begin(host, (e2e_str){"s", 1}, nothing, 0);
  return E2E_PASS;
}
static e2e_rc writes_hostile_text(void) {
  return report->note(host, (e2e_str){"\033]0;owned\007\xff\0</script><b>", 24}), E2E_PASS;
}

static e2e_rc uses_all_memory(void) {
  size_t i;
  for (i = 0; i < 4096; ++i) {
    char* memory = malloc(1 << 20);
    if (memory == 0) return perror("malloc"), E2E_FAIL;
    memset(memory, 1, 1 << 20);
  }
  return E2E_PASS;
}
/* As who does not look at what malloc() returns, and as operator new where nobody catches that. */
static e2e_rc writes_without_memory(void) {
  while (memset(malloc(1 << 20), 1, 1 << 20) != 0)
    ;
  return E2E_PASS;
}
static e2e_rc aborts_without_memory(void) {
  char* memory;
  while ((memory = malloc(1 << 20)) != 0) memset(memory, 1, 1 << 20);
  abort();
}
static e2e_rc opens_all_files(void) {
  while (open("/dev/null", O_RDONLY) >= 0)
    ;
  return perror("open"), E2E_FAIL;
}
static e2e_rc forks_without_end(void) {
  /* On a machine where nothing holds it, 500 are enough. */
  int* const count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  const pid_t first = getpid();
  pid_t pid = 0;
  while (pid >= 0 && __atomic_add_fetch(count, 1, __ATOMIC_SEQ_CST) <= 500) pid = fork();
  while (getpid() != first) pause();
  return pid < 0 ? perror("fork") : (void)0, E2E_FAIL;
}
static e2e_rc writes_without_end(void) {
  char text[4096];
  memset(text, 'x', sizeof text);
  while (write(STDOUT_FILENO, text, sizeof text) != 0)
    ;
  return E2E_PASS;
}
static e2e_rc fails_as_a_sanitizer(void) {
  fputs(
      "=================================================================\n"
      "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x0\n",
      stderr);
  _exit(1);
}
static e2e_rc changes_everything(void) {
  return chdir("/") != 0 || setenv("TMPDIR", "/nowhere", 1) != 0 || setenv("BAD_WAS_HERE", "1", 1) != 0 ||
                 (umask(0), setlocale(LC_ALL, "C.UTF-8"), signal(SIGSEGV, SIG_IGN),
                  signal(SIGTERM, SIG_IGN)) == SIG_ERR
             ? E2E_FAIL
             : E2E_PASS;
}
static e2e_rc clears_its_environment(void) { return clearenv() == 0 ? E2E_PASS : E2E_FAIL; }
static e2e_rc closes_its_output(void) { return close(1), close(2), E2E_PASS; }
static e2e_rc renames_itself(void) { return prctl(PR_SET_NAME, "e2e-keeper"), E2E_PASS; }
static e2e_rc makes_itself_undumpable(void) { return prctl(PR_SET_DUMPABLE, 0), hangs(); }

static const struct {
  const char* name;
  e2e_rc (*act)(void);
} acts[] = {
#define ACT(name) \
  { #name, name }
    ACT(segfaults),
    ACT(aborts),
    ACT(divides_by_zero),
    ACT(runs_what_is_no_code),
    ACT(overflows),
    ACT(exits),
    ACT(exits_at_once),
    ACT(exits_quickly),
    ACT(kills_itself),
    ACT(kills_its_group),
    ACT(terminates_itself),
    ACT(hangs),
    ACT(spins),
    ACT(stops_itself),
    ACT(ignores_term),
    ACT(blocks_everything),
    ACT(catches_its_fault),
    ACT(starts_phases_for_ever),
    ACT(hangs_in_before_each),
    ACT(hangs_in_after_each),
    ACT(hangs_in_cleanup),
    ACT(execs),
    ACT(closes_all),
    ACT(writes_garbage_to_sockets),
    ACT(scribbles_over_the_slot),
    ACT(leaves_a_child),
    ACT(leaves_a_daemon),
    ACT(child_goes_on_with_the_tests),
    ACT(leaves_a_zombie),
    ACT(leaves_a_thread),
    ACT(exits_in_a_thread),
    ACT(returns_garbage),
    ACT(reports_null),
    ACT(reports_wild_text),
    ACT(reports_without_end),
    ACT(ends_steps_that_it_never_began),
    ACT(never_ends_a_step),
    ACT(writes_hostile_text),
    ACT(uses_all_memory),
    ACT(writes_without_memory),
    ACT(aborts_without_memory),
    ACT(opens_all_files),
    ACT(forks_without_end),
    ACT(writes_without_end),
    ACT(fails_as_a_sanitizer),
    ACT(changes_everything),
    ACT(clears_its_environment),
    ACT(closes_its_output),
    ACT(renames_itself),
    ACT(makes_itself_undumpable),
#undef ACT
};

e2e_rc bad_run(const e2e_host* the_host) {
  size_t i;
  host = the_host;
  report = host->get_extension(host, E2E_EXT_REPORT);
  for (i = 0; i < sizeof acts / sizeof *acts; ++i)
    if (bad_is(acts[i].name)) return acts[i].act();
  return E2E_PASS;
}

e2e_rc bad_check(void) {
  struct sigaction term, fault;
  const char* const temporary = getenv("TMPDIR");
  char folder[4096];
  const mode_t mask = umask(022);
  umask(mask);
  if (getcwd(folder, sizeof folder) == 0 || strcmp(folder, "/") == 0) return E2E_FAIL;
  if (getenv("BAD_WAS_HERE") != 0 || getenv("PATH") == 0 || getenv("E2E_RUN_ID") == 0) return E2E_FAIL;
  if (mask == 0 || strcmp(setlocale(LC_ALL, 0), "C") != 0) return E2E_FAIL;
  if (temporary != 0 && strcmp(temporary, "/nowhere") == 0) return E2E_FAIL;
  if (sigaction(SIGSEGV, 0, &fault) != 0 || fault.sa_handler == SIG_IGN) return E2E_FAIL;
  return sigaction(SIGTERM, 0, &term) == 0 && term.sa_handler != SIG_IGN ? E2E_PASS : E2E_FAIL;
}
