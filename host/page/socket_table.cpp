#include "page/socket_table.hpp"

#include <utility>

namespace e2e::host {

SocketTable& SocketTable::of_process() {
  // Never destroyed: threads that tests left behind may still ask.
  static auto& table = *new SocketTable;
  return table;
}

void SocketTable::add(uint64_t number, const Page& page, std::unique_ptr<WebSocket> socket) {
  const std::lock_guard lock(mutex_);
  sockets_.emplace(number, std::make_unique<OpenSocket>(OpenSocket{page, std::move(socket), {}}));
}

OpenSocket* SocketTable::find(uint64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = sockets_.find(number);
  return found == sockets_.end() ? nullptr : found->second.get();
}

void SocketTable::drop(uint64_t number) {
  const std::lock_guard lock(mutex_);
  sockets_.erase(number);
}

void SocketTable::drop_all_of(const Page& page) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sockets_, [&page](const auto& each) { return &each.second->page == &page; });
}

}  // namespace e2e::host
