#pragma once

#include <string>

#include "json.hpp"

namespace e2e {

/// What e2e.conf says of this plugin, for the service under test: services.SERVICE.plugins.ID. Any value; an
/// empty object where there is nothing. Read-only, on the test's own thread and in E2E_DYNAMIC_TESTS.
///
/// What is not there, or of another type, fails as it does for any Json: in a test the test, in
/// E2E_DYNAMIC_TESTS the run, which then says where in e2e.conf the settings are.
Json config(Location where = Location::here());

/// The service under test, as e2e.conf configures it.
struct ServiceUnderTest {
  std::string name;
  std::string base_url;
  std::string health_endpoint;
  std::string environment;  ///< general.environment: "dev"
};
/// Available where config() is.
ServiceUnderTest service_under_test();

}  // namespace e2e
