#include "launcher/service_keeper.hpp"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

#include "worker/processes.hpp"

namespace e2e::host {

ServiceKeeper::ServiceKeeper(boost::asio::io_context& loop, const RunIdentity& run, UniqueFd host)
    : loop_(loop), run_(run), host_(loop), children_(loop, SIGCHLD) {
  if (!host) return;
  host_.assign(host.release());
  read();
  wait_for_children();
}

void ServiceKeeper::kill_all() {
  kill_children([](pid_t) { return false; });
}

void ServiceKeeper::read() {
  host_.async_read_some(boost::asio::buffer(bytes_),
                        [this](const boost::system::error_code& error, size_t size) {
                          // What a host's death means is the keeper's to say.
                          if (error) return;
                          requests_.append({bytes_.data(), size});
                          while (const auto frame = requests_.next()) obey(*frame);
                          read();
                        });
}

void ServiceKeeper::obey(const Frame& frame) {
  ByteReader in(frame.payload);
  switch (static_cast<KeeperRequest>(frame.type)) {
    case KeeperRequest::start:
      return start(decode_service_start(in));
    case KeeperRequest::secret:
      secrets_.add(in.text());
      return;
    case KeeperRequest::stop:
      is_stopping_ = true;
      for (KeptService& service : services_) service.stop();
      break;
    case KeeperRequest::kill:
      is_stopping_ = true;
      for (KeptService& service : services_) service.kill();
      break;
  }
  tell_if_stopped();
}

void ServiceKeeper::start(ServiceStart order) {
  if (is_stopping_) return;
  const std::string folder = services_folder(run_);
  ::mkdir(run_.temporary_root.c_str(), 0700);
  ::mkdir(folder.c_str(), 0700);
  services_.emplace_back(loop_, *this, std::move(order), folder, secrets_).start();
}

void ServiceKeeper::wait_for_children() {
  children_.async_wait([this](const boost::system::error_code& error, int) {
    if (error) return;
    wait_for_children();
    reap();
  });
}

void ServiceKeeper::reap() {
  while (true) {
    siginfo_t ended{};
    if (::waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0) break;
    const pid_t pid = ended.si_pid;
    const auto service = std::find_if(services_.begin(), services_.end(),
                                      [pid](const KeptService& one) { return one.pid() == pid; });
    // What it left in its group; as long as it is not reaped, the number can't be anybody else's.
    if (service != services_.end()) ::kill(-pid, SIGKILL);
    int wait_status = 0;
    ::waitpid(pid, &wait_status, 0);
    if (service != services_.end()) service->on_exit(wait_status);
  }
  tell_if_stopped();
}

void ServiceKeeper::tell_if_stopped() {
  if (!is_stopping_) return;
  for (const KeptService& service : services_)
    if (!service.is_over()) return;
  // Those that left their service's group.
  kill_all();
  is_stopping_ = false;
  send(KeeperReport::stopped, ByteWriter());
}

void ServiceKeeper::send(KeeperReport type, const ByteWriter& payload) {
  std::string bytes;
  append_frame(bytes, static_cast<uint16_t>(type), payload.bytes());
  send_all(host_.native_handle(), bytes.data(), bytes.size());
}

void ServiceKeeper::on_ready(const ServiceReady& ready) {
  ByteWriter out;
  encode(out, ready);
  send(KeeperReport::ready, out);
}

void ServiceKeeper::on_failed(const ServiceFailure& failure) {
  ByteWriter out;
  encode(out, failure);
  send(KeeperReport::failed, out);
}

void ServiceKeeper::on_exited(const ServiceExit& exit) {
  ByteWriter out;
  encode(out, exit);
  send(KeeperReport::exited, out);
}

}  // namespace e2e::host
