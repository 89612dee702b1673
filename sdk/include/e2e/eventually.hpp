#pragma once

#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "action.hpp"
#include "location.hpp"

/// Waiting for what is true only after a while. Not part of e2e.hpp.
namespace e2e {

namespace detail {

/// Calls `attempt` until it fails no more. `is_true`: what a function that answers true or false said last,
/// or null.
void run_eventually(Action& attempt, const bool* is_true, std::int64_t deadline_ms, Location where);

}  // namespace detail

/// Calls the function until all assertions and checks in it hold, and returns what it returned. A function
/// that returns a bool has to return true. A request that gets no answer is a try that failed.
///
/// After `deadline_ms` it ends the test with the last failure and the number of tries. Tries that failed are
/// not reported; pauses grow from 20 to 500 ms. Only on the test's own thread.
template <class Function>
auto eventually(Function&& function, std::int64_t deadline_ms = 5000, Location where = Location::here()) {
  using Result = std::decay_t<decltype(function())>;
  if constexpr (std::is_void_v<Result>) {
    auto call = [&function] { function(); };
    detail::OwnedAction<decltype(call)> attempt(call);
    detail::run_eventually(attempt, nullptr, deadline_ms, where);
  } else if constexpr (std::is_same_v<Result, bool>) {
    bool is_true = false;
    auto call = [&] { is_true = function(); };
    detail::OwnedAction<decltype(call)> attempt(call);
    detail::run_eventually(attempt, &is_true, deadline_ms, where);
    return true;
  } else {
    std::optional<Result> result;
    auto call = [&] { result.emplace(function()); };
    detail::OwnedAction<decltype(call)> attempt(call);
    detail::run_eventually(attempt, nullptr, deadline_ms, where);
    return std::move(*result);
  }
}

}  // namespace e2e
