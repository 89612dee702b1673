#include "api/paging.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <vector>

#include "http/json_body.hpp"
#include "http/json_response.hpp"

namespace demo {
namespace {

std::int64_t query_integer(const Request& request, const char* name, std::int64_t fallback,
                           std::int64_t max) {
  const auto text = request.query_value(name);
  if (!text) return fallback;
  std::int64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [parsed_to, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || parsed_to != end || number < 1 || number > max) {
    throw validation_error(name, fmt::format("must be between 1 and {}", max));
  }
  return number;
}

std::string target_of_page(const Request& request, std::int64_t page, std::int64_t limit) {
  std::string target = fmt::format("{}?page={}&limit={}", request.path, page, limit);
  for (const auto& [name, value] : request.query) {
    if (name == "page" || name == "limit") continue;
    target += fmt::format("&{}={}", percent_encode(name), percent_encode(value));
  }
  return target;
}

}  // namespace

Paging paging_of(const Request& request) {
  const Paging defaults;
  return {query_integer(request, "page", defaults.page, 1'000'000),
          query_integer(request, "limit", defaults.limit, 100)};
}

Response page_response(const Request& request, const Paging& paging, std::int64_t total,
                       nlohmann::json items) {
  const std::int64_t pages = (total + paging.limit - 1) / paging.limit;
  std::vector<std::string> links;
  const auto link = [&](std::string_view relation, std::int64_t page) {
    auto target = target_of_page(request, page, paging.limit);
    links.push_back(fmt::format("<{}>; rel=\"{}\"", target, relation));
    return target;
  };
  nlohmann::json next = nullptr;
  if (pages > 0) link("first", 1);
  if (paging.page > 1 && paging.page <= pages + 1 && pages > 0) link("prev", paging.page - 1);
  if (paging.page < pages) next = link("next", paging.page + 1);
  if (pages > 0) link("last", pages);

  auto response = json_response(200, {{"items", std::move(items)},
                                      {"page", paging.page},
                                      {"limit", paging.limit},
                                      {"total", total},
                                      {"pages", pages},
                                      {"next", std::move(next)}});
  if (links.empty()) return response;
  return std::move(response).with_header("Link", fmt::format("{}", fmt::join(links, ", ")));
}

}  // namespace demo
