// Bodies that records have only the beginning of.
#include <e2e/e2e.hpp>

#include <string>

namespace {

/// One with a secret across the place where records end, one of any bytes, and one that is too large to be
/// kept.
void exchange_large_bodies(e2e::Page& page) {
  const std::string token = e2e::secret("hush-hush-hush");
  std::string text(16 * 1024 - 5, 'a');
  text += token;
  text.resize(50'000, 'b');
  page.post("/echo", e2e::body(text, "text/html"));
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  page.post("/echo", e2e::body(bytes, "image/svg+xml"));
  page.post("/echo", e2e::body(std::string((4u << 20) + 1, 'x'), "text/plain"));
}

}  // namespace

E2E_TEST(large_bodies_of_a_failure, e2e::Page& page) {
  exchange_large_bodies(page);
  e2e::fail("look at the bodies");
}

E2E_TEST(large_bodies_of_a_pass, e2e::Page& page) { exchange_large_bodies(page); }

E2E_TEST(large_body_of_a_timeout, e2e::Page& page, e2e::timeout_ms(1000)) {
  page.post("/echo", e2e::body(std::string(20'000, 'x'), "application/json"));
  for (;;) page.get("/job");
}
