/* The least that a fresh process for each test can cost: a parent keeps WORKERS children alive until there
 * were TESTS of them; each makes one GET with a new libcurl handle and leaves. Nothing is loaded, recorded,
 * captured or supervised.
 *
 *   floor_fork_per_test URL TESTS WORKERS
 *
 * Exits with 1 unless each answer was 200. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t discard(char* bytes, size_t size, size_t count, void* context) {
  (void)bytes;
  (void)context;
  return size * count;
}

static void run_test(const char* url) {
  long status = 0;
  CURL* handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_URL, url);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, discard);
  if (curl_easy_perform(handle) == CURLE_OK) curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  _exit(status == 200 ? 0 : 1);
}

int main(int argc, char** argv) {
  if (argc != 4) {
    fputs("usage: floor_fork_per_test URL TESTS WORKERS\n", stderr);
    return 2;
  }
  const int tests = atoi(argv[2]), workers = atoi(argv[3]);
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return 2;
  int started = 0, ended = 0, failed = 0;
  while (ended < tests) {
    while (started < tests && started - ended < workers) {
      const pid_t child = fork();
      if (child < 0) {
        perror("fork");
        return 2;
      }
      if (child == 0) run_test(argv[1]);
      ++started;
    }
    int status = 0;
    if (wait(&status) < 0) {
      perror("wait");
      return 2;
    }
    ++ended;
    if (status != 0) ++failed;
  }
  if (failed > 0) fprintf(stderr, "%d of %d requests failed\n", failed, tests);
  return failed > 0 ? 1 : 0;
}
