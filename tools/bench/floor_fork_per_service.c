/* The least that a fresh process for each service can cost: a parent keeps WORKERS children alive until there
 * were SERVICES of them; each makes TESTS GETs, one after the other, with one libcurl handle, so over one
 * connection. Nothing is loaded, recorded, captured or supervised.
 *
 *   floor_fork_per_service URL SERVICES TESTS WORKERS
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

static void run_service(const char* url, int tests) {
  int failed = 0;
  CURL* handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_URL, url);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, discard);
  for (int test = 0; test < tests; ++test) {
    long status = 0;
    if (curl_easy_perform(handle) == CURLE_OK) curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) ++failed;
  }
  _exit(failed == 0 ? 0 : 1);
}

int main(int argc, char** argv) {
  if (argc != 5) {
    fputs("usage: floor_fork_per_service URL SERVICES TESTS WORKERS\n", stderr);
    return 2;
  }
  const int services = atoi(argv[2]), tests = atoi(argv[3]), workers = atoi(argv[4]);
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return 2;
  int started = 0, ended = 0, failed = 0;
  while (ended < services) {
    while (started < services && started - ended < workers) {
      const pid_t child = fork();
      if (child < 0) {
        perror("fork");
        return 2;
      }
      if (child == 0) run_service(argv[1], tests);
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
  if (failed > 0) fprintf(stderr, "requests failed in %d of %d services\n", failed, services);
  return failed > 0 ? 1 : 0;
}
