#include "http/router.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <set>

#include "http/json_response.hpp"

namespace demo {
namespace {

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> segments;
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  while (true) {
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(const std::string& segment) { return segment.size() > 2 && segment.front() == '{'; }

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_parameter(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

std::map<std::string, std::string> parameters_of(const std::vector<std::string>& pattern,
                                                 const std::vector<std::string>& path) {
  std::map<std::string, std::string> parameters;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_parameter(pattern[i])) parameters[pattern[i].substr(1, pattern[i].size() - 2)] = path[i];
  }
  return parameters;
}

Response call(const Handler& handler, const Request& request) {
  try {
    return handler(request);
  } catch (const HttpError& error) {
    return error.response();
  } catch (const std::exception& error) {
    return error_response(500, "internal", error.what());
  }
}

}  // namespace

void Router::add(std::string method, std::string_view pattern, Handler handler) {
  routes_.push_back({std::move(method), split_path(pattern), std::move(handler)});
}

Response Router::handle(Request request) const {
  const auto path = split_path(request.path);
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  const bool is_literal =
      std::any_of(routes_.begin(), routes_.end(), [&](const Route& route) { return route.segments == path; });
  std::set<std::string> allowed;
  for (const Route& route : routes_) {
    if (is_literal ? route.segments != path : !matches(route.segments, path)) continue;
    if (route.method == method) {
      request.path_parameters = parameters_of(route.segments, path);
      return call(route.handler, request);
    }
    allowed.insert(route.method);
  }
  if (allowed.empty()) return error_response(404, "not_found", "there is no such resource");

  if (allowed.contains("GET")) allowed.insert("HEAD");
  allowed.insert("OPTIONS");
  const std::string allow = fmt::format("{}", fmt::join(allowed, ", "));
  if (method == "OPTIONS") return no_content().with_header("Allow", allow);
  return error_response(405, "method_not_allowed", fmt::format("this resource allows {}", allow))
      .with_header("Allow", allow);
}

}  // namespace demo
