#pragma once

#include <type_traits>
#include <utility>

namespace e2e::detail {

/// Something to call later, or elsewhere. A small std::function: <functional> costs every test file compile
/// time.
class Action {
 public:
  virtual void call() = 0;
  Action() = default;
  Action(const Action&) = delete;
  Action& operator=(const Action&) = delete;
  virtual ~Action();
};

template <class F>
class OwnedAction final : public Action {
 public:
  explicit OwnedAction(const F& function) : function_(function) {}
  explicit OwnedAction(F&& function) : function_(std::move(function)) {}
  void call() override { static_cast<void>(function_()); }

 private:
  F function_;
};

/// Owned by the caller.
template <class F>
Action* make_action(F&& function) {
  return new OwnedAction<std::decay_t<F>>(std::forward<F>(function));
}

}  // namespace e2e::detail
