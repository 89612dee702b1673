#include "http/router.hpp"

#include <e2e_catch.hpp>
#include <stdexcept>

#include "http/json_response.hpp"

using demo::Request;
using demo::Response;
using demo::Router;

namespace {

demo::Handler answering(int status) {
  return [status](const Request&) { return Response{status, {}, {}}; };
}

int status_of(const Router& router, const std::string& method, const std::string& path) {
  Request request;
  request.method = method;
  request.path = path;
  return router.handle(request).status;
}

}  // namespace

TEST_CASE("ParameterMatchesOneSegmentThatIsNotEmpty") {
  Router router;
  router.add("GET", "/things/{id}/parts", answering(200));
  CHECK(status_of(router, "GET", "/things/7/parts") == 200);
  CHECK(status_of(router, "GET", "/things//parts") == 404);
  CHECK(status_of(router, "GET", "/things/7/8/parts") == 404);
  CHECK(status_of(router, "GET", "/things/7/parts/") == 404);
  CHECK(status_of(router, "GET", "/things") == 404);
}

TEST_CASE("LiteralRouteHidesParameterRoutesOfTheSamePath") {
  Router router;
  router.add("GET", "/things/{id}", answering(200));
  router.add("POST", "/things/search", answering(201));
  CHECK(status_of(router, "GET", "/things/7") == 200);
  CHECK(status_of(router, "POST", "/things/search") == 201);
  CHECK(status_of(router, "GET", "/things/search") == 405);
}

TEST_CASE("WhatAHandlerThrowsIsAnswered") {
  Router router;
  router.add("GET", "/known", [](const Request&) -> Response {
    throw demo::HttpError(demo::error_response(418, "teapot", "short and stout"));
  });
  router.add("GET", "/unknown", [](const Request&) -> Response { throw std::runtime_error("disk full"); });
  CHECK(status_of(router, "GET", "/known") == 418);
  Request request;
  request.method = "GET";
  request.path = "/unknown";
  const Response response = router.handle(request);
  CHECK(response.status == 500);
  CHECK(response.body == R"({"error":"internal","message":"disk full"})");
}
