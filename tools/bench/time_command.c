/* Runs a command and prints what it took, as one line: wall_us cpu_us peak_rss_kib.
 *
 *   time_command [--peak-rss] LOG COMMAND [ARGUMENT...]
 *
 * The command's stdout and stderr go to the file LOG. cpu_us is user and system time of the command and of
 * all that it and its descendants waited for. peak_rss_kib is that of the command's own process, without
 * children: with --peak-rss only (0 otherwise), because it is read where the kernel stops the process on its
 * way out, which takes ptrace. Exits with the command's status, 128 + N where signal N ended it, 2 for an
 * error of its own. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void die(const char* what) {
  fprintf(stderr, "time_command: %s: %s\n", what, strerror(errno));
  exit(2);
}

static int64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000) + time.tv_nsec / 1000;
}

static int64_t to_us(struct timeval time) { return time.tv_sec * INT64_C(1000000) + time.tv_usec; }

static long peak_rss_kib(pid_t pid) {
  char path[64], line[256];
  long peak = 0;
  snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
  FILE* status = fopen(path, "r");
  if (status == NULL) die(path);
  while (fgets(line, sizeof line, status) != NULL)
    if (sscanf(line, "VmHWM: %ld", &peak) == 1) break;
  fclose(status);
  return peak;
}

static void become(char** command, const char* log, int is_traced) {
  const int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (out < 0) die(log);
  if (dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0) die("dup2");
  if (is_traced && ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) die("ptrace");
  execvp(command[0], command);
  die(command[0]);
}

/* Lets the traced process run to its end. The first stop is that of its exec. */
static long follow(pid_t pid, int* status, struct rusage* use) {
  long peak = 0;
  int has_options = 0;
  while (1) {
    if (wait4(pid, status, 0, use) != pid) die("wait4");
    if (!WIFSTOPPED(*status)) return peak;
    long delivered = WSTOPSIG(*status);
    if (!has_options) {
      if (ptrace(PTRACE_SETOPTIONS, pid, NULL, (void*)(PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL)) != 0)
        die("PTRACE_SETOPTIONS");
      has_options = 1;
      delivered = 0;
    } else if (*status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXIT << 8))) {
      peak = peak_rss_kib(pid);
      delivered = 0;
    }
    if (ptrace(PTRACE_CONT, pid, NULL, (void*)delivered) != 0 && errno != ESRCH) die("PTRACE_CONT");
  }
}

int main(int argc, char** argv) {
  const int is_traced = argc > 1 && strcmp(argv[1], "--peak-rss") == 0;
  char** words = argv + 1 + is_traced;
  if (argc - is_traced < 3) {
    fputs("usage: time_command [--peak-rss] LOG COMMAND [ARGUMENT...]\n", stderr);
    return 2;
  }
  int status = 0;
  long peak = 0;
  struct rusage use;
  const int64_t start = now_us();
  const pid_t pid = fork();
  if (pid < 0) die("fork");
  if (pid == 0) become(words + 1, words[0], is_traced);
  if (is_traced)
    peak = follow(pid, &status, &use);
  else if (wait4(pid, &status, 0, &use) != pid)
    die("wait4");
  printf("%lld %lld %ld\n", (long long)(now_us() - start),
         (long long)(to_us(use.ru_utime) + to_us(use.ru_stime)), peak);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
