// The tests and fixtures that a Session runs: each does what its hook says.
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::hooks;

namespace {

void call(const std::function<void(CountedPage&)>& hook, CountedPage& page) {
  if (hook) hook(page);
}

}  // namespace

E2E_ONCE_PER_RUN(login, CountedPage& page) {
  if (!hooks().once_per_run) return nullptr;
  return hooks().once_per_run(page);
}

E2E_BEFORE_ALL(CountedPage& page) { call(hooks().before_all, page); }
E2E_AFTER_ALL(CountedPage& page) { call(hooks().after_all, page); }
E2E_BEFORE_EACH(CountedPage& page) { call(hooks().before_each, page); }
E2E_BEFORE_EACH(CountedPage& page) { call(hooks().second_before_each, page); }
E2E_AFTER_EACH(CountedPage& page) { call(hooks().after_each, page); }
E2E_AFTER_EACH(CountedPage& page) { call(hooks().second_after_each, page); }

E2E_TEST(scripted, CountedPage& page) { call(hooks().body, page); }

E2E_DYNAMIC_TESTS(registrar) {
  if (hooks().dynamic) hooks().dynamic(registrar);
}
