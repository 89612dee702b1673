#include "launcher/ready_probe.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <chrono>
#include <utility>

#include "base/utf8.hpp"

namespace e2e::host {

ServiceAddress ServiceAddress::of(std::string_view base_url) {
  ServiceAddress address;
  const bool is_https = base_url.starts_with("https://");
  std::string_view rest = base_url.substr(base_url.find("://") + 3);
  const size_t slash = std::min(rest.find('/'), rest.size());
  address.path = std::string(rest.substr(slash));
  while (address.path.ends_with('/')) address.path.pop_back();
  std::string_view host = rest.substr(0, slash);
  if (const size_t at = host.rfind('@'); at != host.npos) host.remove_prefix(at + 1);
  const size_t bracket = host.rfind(']');
  const size_t colon = host.find(':', bracket == host.npos ? 0 : bracket);
  address.port_text = colon == host.npos ? (is_https ? "443" : "80") : std::string(host.substr(colon + 1));
  host = host.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  address.host = std::string(host);
  std::from_chars(address.port_text.data(), address.port_text.data() + address.port_text.size(),
                  address.port);
  return address;
}

std::shared_ptr<ReadyProbe> ReadyProbe::start(boost::asio::io_context& loop, const ServiceAddress& address,
                                              const std::string& path, int64_t limit_ms, Done done) {
  auto probe = std::make_shared<ReadyProbe>(loop);
  probe->done_ = std::move(done);
  probe->limit_.expires_after(std::chrono::milliseconds(limit_ms));
  probe->limit_.async_wait([probe, limit_ms](const boost::system::error_code& error) {
    if (!error) probe->finish(fmt::format("no answer within {} ms", limit_ms));
  });
  probe->connect(address, path);
  return probe;
}

void ReadyProbe::connect(const ServiceAddress& address, const std::string& path) {
  // Resolved here and now, as Asio's own way needs a thread: services that a run starts are on this machine.
  boost::system::error_code error;
  const auto places = resolver_.resolve(address.host, address.port_text, error);
  if (error) {
    boost::asio::post(socket_.get_executor(),
                      [self = shared_from_this(), error] { self->finish(error.message()); });
    return;
  }
  std::string request;
  if (!path.empty())
    request = fmt::format(
        "GET {}{} HTTP/1.1\r\nHost: {}:{}\r\nUser-Agent: e2e-host\r\nAccept: */*\r\nConnection: "
        "close\r\n\r\n",
        address.path, path, address.host, address.port_text);
  boost::asio::async_connect(
      socket_, places,
      [self = shared_from_this(), request](const boost::system::error_code& failure, const auto&) {
        if (failure) return self->finish(failure.message());
        if (request.empty()) return self->finish({});
        self->ask(request);
      });
}

void ReadyProbe::ask(const std::string& request) {
  request_ = request;
  boost::asio::async_write(socket_, boost::asio::buffer(request_),
                           [self = shared_from_this()](const boost::system::error_code& error, size_t) {
                             if (error) return self->finish(error.message());
                             self->read_answer();
                           });
}

void ReadyProbe::read_answer() {
  socket_.async_read_some(boost::asio::buffer(bytes_),
                          [self = shared_from_this()](const boost::system::error_code& error, size_t size) {
                            self->answer_.append(self->bytes_, size);
                            if (self->judge_answer()) return;
                            if (error) return self->finish("it closed the connection without an answer");
                            self->read_answer();
                          });
}

bool ReadyProbe::judge_answer() {
  constexpr size_t longest_status_line = 512;
  const size_t end = answer_.find("\r\n");
  if (end == answer_.npos && answer_.size() < longest_status_line) return false;
  const std::string line = answer_.substr(0, std::min(end, longest_status_line));
  // RFC 9112, section 4: HTTP/1.1 200 ...
  const bool is_http = line.size() >= 12 && line.starts_with("HTTP/1.") && line[8] == ' ';
  if (is_http && line[9] == '2')
    finish({});
  else if (is_http)
    finish("it answered " + printable(line.substr(9)));
  else
    finish("what it answered is not HTTP");
  return true;
}

void ReadyProbe::finish(const std::string& why_not) {
  limit_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (const Done done = std::exchange(done_, nullptr)) done(why_not);
}

void ReadyProbe::cancel() {
  done_ = nullptr;
  finish({});
}

}  // namespace e2e::host
