#include "worker/kept_bodies.hpp"

#include <iterator>
#include <utility>

#include "base/utf8.hpp"

namespace e2e::host {

bool is_recorded_in_part(std::string_view body) noexcept {
  return body.size() > Exchange::max_recorded_body_bytes || !is_utf8(body);
}

void KeptBodies::begin_attempt() {
  bodies_.clear();
  bytes_ = 0;
  next_exchange_ = 0;
}

void KeptBodies::add(const WholeBodies& bodies) {
  if (bodies.request.size() <= max_body_bytes && is_recorded_in_part(bodies.request))
    hold(true, std::make_shared<const std::string>(bodies.request));
  if (bodies.response && bodies.response->size() <= max_body_bytes && is_recorded_in_part(*bodies.response))
    hold(false, bodies.response);
  ++next_exchange_;
}

void KeptBodies::hold(bool is_request, std::shared_ptr<const std::string> bytes) {
  bytes_ += bytes->size();
  bodies_.push_back({next_exchange_, is_request, std::move(bytes)});
  while (bytes_ > max_attempt_bytes) {
    bytes_ -= bodies_.front().bytes->size();
    bodies_.pop_front();
  }
}

std::vector<KeptBodies::Body> KeptBodies::take() {
  std::vector<Body> taken(std::make_move_iterator(bodies_.begin()), std::make_move_iterator(bodies_.end()));
  bodies_.clear();
  bytes_ = 0;
  return taken;
}

}  // namespace e2e::host
