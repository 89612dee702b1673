// A scope that leaves a trace of all that happens in it. The variables SCOPES_ONCE_PER_RUN,
// SCOPES_BEFORE_ALL, SCOPES_BEFORE_EACH, SCOPES_AFTER_EACH and SCOPES_AFTER_ALL say how its fixtures end.
#include "trace.hpp"

namespace {
/// True once in the run: to whoever asks first.
bool is_first_in_run() {
  const int fd = ::open((std::string(std::getenv("SCOPES_TRACE")) + ".first").c_str(),
                        O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  return fd >= 0;
}

[[noreturn]] void hang() {
  for (;;) ::pause();
}

/// A fixture around each attempt: does nothing, not even use the page, where its variable is missing.
void around(CountingPage& page, const char* fixture, const char* variable) {
  if (std::getenv(variable) == nullptr) return;
  trace(fixture, "use=" + std::to_string(page.use()));
  if (is_asked(variable, "fail")) e2e::fail(std::string(fixture) + " is asked to fail");
  if (is_asked(variable, "abort")) std::abort();
  if (is_asked(variable, "hang")) hang();
}
}  // namespace

E2E_ONCE_PER_RUN(prepare, CountingPage& page) {
  trace("once_per_run", "");
  if (is_asked("SCOPES_ONCE_PER_RUN", "fail")) e2e::fail("once_per_run is asked to fail");
  if (is_asked("SCOPES_ONCE_PER_RUN", "abort")) std::abort();
  if (is_asked("SCOPES_ONCE_PER_RUN", "hang")) hang();
  if (is_asked("SCOPES_ONCE_PER_RUN", "hang at first") && is_first_in_run()) hang();
  if (is_asked("SCOPES_ONCE_PER_RUN", "mark")) page.set_metadata("mark", 1);
  return e2e::object({{"pid", ::getpid()}});
}

E2E_BEFORE_ALL(CountingPage& page) {
  trace("before_all", "use=" + std::to_string(page.use()));
  page.set_metadata("opened", true);
  const char* const variable = "SCOPES_BEFORE_ALL";
  if (is_asked(variable, "fail")) e2e::fail("before_all is asked to fail");
  if (is_asked(variable, "fail in the first scope") && page.test_id().find("-w0-s1") != std::string::npos)
    e2e::fail("before_all is asked to fail once");
  if (is_asked(variable, "skip")) e2e::skip("before_all is asked to skip");
  if (is_asked(variable, "abort")) std::abort();
  if (is_asked(variable, "hang")) hang();
  if (is_asked(variable, "request")) page.get("/");
}

E2E_AFTER_ALL(CountingPage& page) {
  trace("after_all", "use=" + std::to_string(page.use()));
  if (std::getenv("SCOPES_AFTER_ALL") != nullptr) std::printf("after_all writes this"), std::fflush(stdout);
  if (is_asked("SCOPES_AFTER_ALL", "fail")) e2e::fail("after_all is asked to fail");
  if (is_asked("SCOPES_AFTER_ALL", "abort")) std::abort();
}

E2E_BEFORE_EACH(CountingPage& page) { around(page, "before_each", "SCOPES_BEFORE_EACH"); }
E2E_AFTER_EACH(CountingPage& page) { around(page, "after_each", "SCOPES_AFTER_EACH"); }

E2E_TEST(first, CountingPage& page) {
  trace_test(page, "first");
  page.set_metadata("mark", 1);
  // Whoever ran it, this is what came of it.
  E2E_CHECK(page.once_per_run("prepare").at("/pid").as_int() > 0);
}
E2E_TEST(second, CountingPage& page) { trace_test(page, "second"); }
E2E_TEST(third, CountingPage& page, e2e::depends_on("first")) { trace_test(page, "third"); }
E2E_TEST(fourth, CountingPage& page) { trace_test(page, "fourth"); }
E2E_TEST(fifth, CountingPage& page) { trace_test(page, "fifth"); }
