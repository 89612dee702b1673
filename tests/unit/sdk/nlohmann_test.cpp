#include <e2e/nlohmann.hpp>

#include "e2e_catch.hpp"
#include "session.hpp"

using e2e_fake::CountedPage;
using e2e_fake::Session;

TEST_CASE("JsonConvertsToAndFromNlohmann", "[sdk]") {
  Session session;
  const auto rc = session.run([](CountedPage& page) {
    const nlohmann::json json = e2e::to_nlohmann(e2e::parse_json(R"({"a":[1,2.5,"x"]})"));
    CHECK(json["a"][1] == 2.5);
    page.post("/a", e2e::json_body(e2e::from_nlohmann(json)));
  });
  CHECK(rc == E2E_PASS);
  REQUIRE(session.host.requests.size() == 1);
  CHECK(session.host.requests[0].body == R"({"a":[1,2.5,"x"]})");
}
