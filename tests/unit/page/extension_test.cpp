#include <cstring>
#include <e2e_catch.hpp>

#include "page/json_extension.hpp"
#include "page_fixture.hpp"
#include "raw_server.hpp"

using namespace e2e::host;

namespace {

const e2e_page_v1& page_v1 = page_extension();
const e2e_json_v1& json_v1 = json_extension();

e2e_request a_request() {
  e2e_request request{};
  request.struct_size = sizeof request;
  request.method = str("GET");
  request.target = str("/x");
  return request;
}

/// The return code of a request, and the reason if it holds one.
std::pair<e2e_rc, std::string> sent(Page& page, const e2e_request* request) {
  e2e_response* response = nullptr;
  const e2e_rc rc = page_v1.request(nullptr, page.handle(), request, &response);
  std::string reason = text(page_v1.error(nullptr, response));
  page_v1.release(nullptr, response);
  return {rc, reason};
}

}  // namespace

TEST_CASE("AWholeExchangePassesTheBoundary") {
  RawServer server(ok_answer(R"({"id":7})", "Content-Type: application/json\r\n"));
  PageFixture fixture(server.url());
  e2e_page* const page = fixture.page.handle();
  page_v1.set_default_header(nullptr, page, str("X-Page"), str("p"));
  const e2e_kv header = {str("X-Own"), str("o")};
  const e2e_kv query = {str("q"), str("a b")};
  e2e_request request = a_request();
  request.method = str("POST");
  request.headers = &header;
  request.header_count = 1;
  request.query = &query;
  request.query_count = 1;
  request.body = str("{}");
  request.timeout_ms = 5000;

  e2e_response* response = nullptr;
  REQUIRE(page_v1.request(nullptr, page, &request, &response) == E2E_PASS);
  CHECK(page_v1.status(nullptr, response) == 200);
  CHECK(text(page_v1.error(nullptr, response)) == "");
  CHECK(text(page_v1.method(nullptr, response)) == "POST");
  CHECK(text(page_v1.url(nullptr, response)) == server.url() + "/x?q=a%20b");
  CHECK(text(page_v1.body(nullptr, response)) == R"({"id":7})");
  REQUIRE(page_v1.header_count(nullptr, response) == 2);
  CHECK(text(page_v1.header_at(nullptr, response, 1).key) == "Content-Type");
  CHECK(text(page_v1.header_at(nullptr, response, 1).value) == "application/json");
  CHECK(page_v1.header_at(nullptr, response, 2).key.len == 0);
  e2e_str error = str("left over");
  const e2e_json* const json = page_v1.json(nullptr, response, &error);
  CHECK(error.len == 0);
  CHECK(json_v1.as_integer(nullptr, json_v1.at(nullptr, json, str("/id"))) == 7);
  json_v1.release(nullptr, const_cast<e2e_json*>(json));
  CHECK(text(json_v1.dump(nullptr, json)) == R"({"id":7})");
  CHECK(server.last_request().header("x-page") == "p");
  CHECK(server.last_request().header("x-own") == "o");
  CHECK(server.last_request().body == "{}");
  page_v1.release(nullptr, response);
}

TEST_CASE("FactsOfThePagePassTheBoundary") {
  PageSettings settings = PageFixture::settings_for("http://h:1");
  settings.health_endpoint = "/alive";
  PageFixture fixture(settings);
  const PageFixture other(settings);
  const e2e_page* const page = fixture.page.handle();
  CHECK(text(page_v1.service(nullptr, page)) == "users");
  CHECK(text(page_v1.base_url(nullptr, page)) == "http://h:1");
  CHECK(text(page_v1.health_endpoint(nullptr, page)) == "/alive");
  CHECK(page_v1.serial(nullptr, page) != 0);
  CHECK(page_v1.serial(nullptr, page) != other.page.serial());
}

TEST_CASE("ARequestThatCanNotBeMeantIsAnErrorWithItsReason") {
  RawServer server(ok_answer(""));
  PageFixture fixture(server.url());
  const auto reason_with = [&](auto change) {
    e2e_request request = a_request();
    change(request);
    const auto [rc, reason] = sent(fixture.page, &request);
    CHECK(rc == E2E_ERROR);
    return reason;
  };
  CHECK(sent(fixture.page, nullptr) ==
        std::pair<e2e_rc, std::string>(E2E_ERROR, "the request is a null pointer"));
  CHECK(reason_with([](e2e_request& r) { r.struct_size = 0; }).find("struct_size is 0, less than 96") !=
        std::string::npos);
  CHECK(reason_with([](e2e_request& r) { r.struct_size = sizeof r - 1; }).find("struct_size is 95") !=
        std::string::npos);
  CHECK(reason_with([](e2e_request& r) { r.flags = 2; }) ==
        "the request has flags this host does not know: 0x2");
  CHECK(reason_with([](e2e_request& r) {
          r.method = {nullptr, 3};
        }) == "the request's method has a length but no pointer");
  CHECK(reason_with([](e2e_request& r) {
          r.target = {nullptr, 3};
        }) == "the request's target has a length but no pointer");
  CHECK(reason_with([](e2e_request& r) {
          r.body = {nullptr, 3};
        }) == "the request's body has a length but no pointer");
  CHECK(reason_with([](e2e_request& r) { r.body.len = UINT64_MAX; }) ==
        "the request's body has a length but no pointer");
  CHECK(reason_with([](e2e_request& r) { r.header_count = 1; }) ==
        "the request has 1 headers but no pointer to them");
  CHECK(reason_with([](e2e_request& r) { r.query_count = 2; }) ==
        "the request has 2 query parameters but no pointer to them");
  const e2e_kv pair = {{nullptr, 1}, {}};
  CHECK(reason_with([&](e2e_request& r) { r.headers = &pair, r.header_count = 1; }) ==
        "the request's header has a length but no pointer");
  CHECK(reason_with([&](e2e_request& r) { r.headers = &pair, r.header_count = UINT64_MAX; }) ==
        "the request has 18446744073709551615 headers, more than 1000");
  CHECK(reason_with([](e2e_request& r) { r.method = {}; }) == "'' is not an HTTP method");
  CHECK(server.accepted() == 0);

  const e2e_request request = a_request();
  CHECK(page_v1.request(nullptr, fixture.page.handle(), &request, nullptr) == E2E_ERROR);
  e2e_response* response = reinterpret_cast<e2e_response*>(&fixture);
  CHECK(page_v1.request(nullptr, nullptr, &request, &response) == E2E_ERROR);
  CHECK(response == nullptr);
  CHECK(sent(fixture.page, &request).first == E2E_PASS);
}

TEST_CASE("ALargerRequestOfALaterSdkIsTaken") {
  RawServer server(ok_answer(""));
  PageFixture fixture(server.url());
  struct {
    e2e_request request;
    uint64_t later[4];
  } larger = {a_request(), {1, 2, 3, 4}};
  larger.request.struct_size = sizeof larger;
  CHECK(sent(fixture.page, &larger.request).first == E2E_PASS);
}

TEST_CASE("NullIsAnsweredAsNothing") {
  page_v1.release(nullptr, nullptr);
  CHECK(page_v1.status(nullptr, nullptr) == 0);
  CHECK(page_v1.error(nullptr, nullptr).len == 0);
  CHECK(page_v1.method(nullptr, nullptr).len == 0);
  CHECK(page_v1.url(nullptr, nullptr).len == 0);
  CHECK(page_v1.body(nullptr, nullptr).len == 0);
  CHECK(page_v1.header_count(nullptr, nullptr) == 0);
  CHECK(page_v1.header_at(nullptr, nullptr, 0).key.len == 0);
  page_v1.timings(nullptr, nullptr, nullptr);
  CHECK(page_v1.json(nullptr, nullptr, nullptr) == nullptr);
  CHECK(page_v1.service(nullptr, nullptr).len == 0);
  CHECK(page_v1.base_url(nullptr, nullptr).len == 0);
  CHECK(page_v1.health_endpoint(nullptr, nullptr).len == 0);
  CHECK(page_v1.serial(nullptr, nullptr) == 0);
  page_v1.set_default_header(nullptr, nullptr, str("a"), str("b"));
  page_v1.set_default_timeout(nullptr, nullptr, 1);

  json_v1.release(nullptr, nullptr);
  CHECK(json_v1.at(nullptr, nullptr, str("")) == nullptr);
  CHECK(json_v1.type(nullptr, nullptr) == E2E_JSON_NULL);
  CHECK(json_v1.size(nullptr, nullptr) == 0);
  CHECK(json_v1.element(nullptr, nullptr, 0) == nullptr);
  CHECK(json_v1.key(nullptr, nullptr, 0).len == 0);
  CHECK(json_v1.as_string(nullptr, nullptr).len == 0);
  CHECK(json_v1.as_integer(nullptr, nullptr) == 0);
  CHECK(json_v1.as_number(nullptr, nullptr) == 0);
  CHECK(json_v1.as_bool(nullptr, nullptr) == 0);
  CHECK(json_v1.dump(nullptr, nullptr).len == 0);
  e2e_str error{};
  CHECK(json_v1.parse(nullptr, {nullptr, 5}, &error) == nullptr);
  CHECK(text(error) == "the text has a length but no pointer");
  CHECK(json_v1.parse(nullptr, {nullptr, 0}, nullptr) == nullptr);
}

TEST_CASE("ADefaultHeaderWithoutPointerIsLeftOut") {
  RawServer server(ok_answer(""));
  PageFixture fixture(server.url());
  page_v1.set_default_header(nullptr, fixture.page.handle(), str("X-A"), {nullptr, 4});
  const e2e_request request = a_request();
  CHECK(sent(fixture.page, &request).first == E2E_PASS);
  CHECK_FALSE(server.last_request().header("x-a").has_value());
}

TEST_CASE("TimingsAreFilledUpToTheirSize") {
  RawServer server(ok_answer("x"));
  PageFixture fixture(server.url());
  fixture.environment.blocked_ns = 77;
  const e2e_request request = a_request();
  e2e_response* response = nullptr;
  REQUIRE(page_v1.request(nullptr, fixture.page.handle(), &request, &response) == E2E_PASS);

  e2e_timings timings{};
  timings.struct_size = sizeof timings;
  page_v1.timings(nullptr, response, &timings);
  CHECK(timings.struct_size == sizeof timings);
  CHECK(timings.blocked_ns == 77);
  CHECK(timings.connect_ns > 0);
  CHECK(timings.tls_ns == 0);
  CHECK(timings.wait_ns > 0);
  const int64_t sum =
      timings.dns_ns + timings.connect_ns + timings.send_ns + timings.wait_ns + timings.receive_ns;
  CHECK(sum == timings.total_ns);

  e2e_timings part;
  std::memset(&part, 0xee, sizeof part);
  part.struct_size = offsetof(e2e_timings, connect_ns) + 3;
  page_v1.timings(nullptr, response, &part);
  CHECK(part.blocked_ns == 77);
  CHECK(part.dns_ns == timings.dns_ns);
  CHECK(static_cast<uint64_t>(part.connect_ns) == 0xeeeeeeeeeeeeeeee);
  std::memset(&part, 0xee, sizeof part);
  part.struct_size = 0;
  page_v1.timings(nullptr, response, &part);
  CHECK(static_cast<uint64_t>(part.blocked_ns) == 0xeeeeeeeeeeeeeeee);

  e2e_response* warm = nullptr;
  REQUIRE(page_v1.request(nullptr, fixture.page.handle(), &request, &warm) == E2E_PASS);
  page_v1.timings(nullptr, warm, &timings);
  CHECK(timings.dns_ns == 0);
  CHECK(timings.connect_ns == 0);
  CHECK(timings.send_ns + timings.wait_ns + timings.receive_ns == timings.total_ns);
}

TEST_CASE("CancellationIsAReturnCodeWithoutResponse") {
  RawServer server(ok_answer(""));
  PageFixture fixture(server.url());
  fixture.environment.cancelled = true;
  const e2e_request request = a_request();
  e2e_response* response = reinterpret_cast<e2e_response*>(&fixture);
  CHECK(page_v1.request(nullptr, fixture.page.handle(), &request, &response) == E2E_CANCELLED);
  CHECK(response == nullptr);
}

TEST_CASE("ResponsesAreReleasedInAnyOrderAndTheRestWithThePage") {
  RawServer server(ok_answer("body"));
  PageFixture fixture(server.url());
  const e2e_request request = a_request();
  std::vector<e2e_response*> responses(6);
  for (e2e_response*& response : responses) {
    REQUIRE(page_v1.request(nullptr, fixture.page.handle(), &request, &response) == E2E_PASS);
  }
  page_v1.release(nullptr, responses[5]);
  page_v1.release(nullptr, responses[0]);
  page_v1.release(nullptr, responses[2]);
  for (const size_t left : {1u, 3u, 4u}) CHECK(text(page_v1.body(nullptr, responses[left])) == "body");
  page_v1.release(nullptr, responses[4]);
  page_v1.release(nullptr, responses[1]);
  CHECK(text(page_v1.body(nullptr, responses[3])) == "body");
  fixture.page.release_all();
  CHECK(sent(fixture.page, &request).first == E2E_PASS);
}

TEST_CASE("JsonPassesTheBoundary") {
  e2e_str error = str("left over");
  e2e_json* const root = json_v1.parse(nullptr, str(R"({"a":[1,2.5,"x",true,null],"b":{}})"), &error);
  REQUIRE(root != nullptr);
  CHECK(error.len == 0);
  CHECK(json_v1.type(nullptr, root) == E2E_JSON_OBJECT);
  CHECK(json_v1.size(nullptr, root) == 2);
  CHECK(text(json_v1.key(nullptr, root, 1)) == "b");
  CHECK(json_v1.key(nullptr, root, 2).len == 0);
  const e2e_json* const array = json_v1.element(nullptr, root, 0);
  CHECK(json_v1.key(nullptr, array, 0).len == 0);
  const uint32_t types[] = {E2E_JSON_INTEGER, E2E_JSON_NUMBER, E2E_JSON_STRING, E2E_JSON_BOOL, E2E_JSON_NULL};
  for (uint64_t i = 0; i < 5; ++i)
    CHECK(json_v1.type(nullptr, json_v1.element(nullptr, array, i)) == types[i]);
  CHECK(json_v1.element(nullptr, array, 5) == nullptr);
  CHECK(json_v1.as_integer(nullptr, json_v1.at(nullptr, root, str("/a/0"))) == 1);
  CHECK(json_v1.as_number(nullptr, json_v1.at(nullptr, root, str("/a/1"))) == 2.5);
  CHECK(text(json_v1.as_string(nullptr, json_v1.at(nullptr, root, str("/a/2")))) == "x");
  CHECK(json_v1.as_bool(nullptr, json_v1.at(nullptr, root, str("/a/3"))) == 1);
  CHECK(json_v1.at(nullptr, root, str("/a/9")) == nullptr);
  CHECK(json_v1.at(nullptr, root, {nullptr, 2}) == nullptr);
  CHECK(text(json_v1.dump(nullptr, array)) == "[1,2.5,\"x\",true,null]");
  json_v1.release(nullptr, const_cast<e2e_json*>(array));
  CHECK(json_v1.size(nullptr, array) == 5);
  json_v1.release(nullptr, root);

  CHECK(json_v1.parse(nullptr, str("{"), &error) == nullptr);
  CHECK(text(error).find("line 1, column ") == 0);
}
