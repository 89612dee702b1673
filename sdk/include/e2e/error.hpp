#pragma once

#include <exception>
#include <string>
#include <string_view>

#include "location.hpp"

namespace e2e {

namespace detail {

/// What ends a test early. Not a std::exception, so that `catch (const std::exception&)` in a test doesn't
/// keep the test going; a `catch (...)` should rethrow it. What it stands for has been reported before it is
/// thrown.
class Unwinding {};
class AssertionFailed : public Unwinding {};
class Skipped : public Unwinding {};

}  // namespace detail

/// Thrown by host calls when the host is stopping the attempt. Let it pass: cleanups run after it, and may
/// make requests again.
class Cancelled : public detail::Unwinding {};

/// Thrown where no answer to a request came: refused, timed out, no such host. Uncaught, it makes the test an
/// error.
class RequestError : public std::exception {
 public:
  RequestError(std::string_view method, std::string_view url, std::string_view reason, Location where);
  ~RequestError() override;

  const char* what() const noexcept override { return what_.c_str(); }  ///< "GET http://...: reason"
  const std::string& method() const noexcept { return method_; }
  const std::string& url() const noexcept { return url_; }
  const std::string& reason() const noexcept { return reason_; }
  Location where() const noexcept { return where_; }  ///< Of the request in the test's source.

 private:
  std::string method_, url_, reason_, what_;
  Location where_;
};

}  // namespace e2e
