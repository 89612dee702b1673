#include @INCLUDE@

E2E_TEST(@TEST@, @PAGE_CLASS@& page) {
  const auto response = page.get(page.health_endpoint());
  page.assert_ok(response);
}
