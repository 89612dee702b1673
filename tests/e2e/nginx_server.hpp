#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace e2e_test {

/// nginx in a folder of its own, for what a simple test server does not do: TLS with HTTP/2 (where it asks
/// for a client certificate), clear text, a unix socket. Serves /hello.txt, /moved (leads there), /session
/// (whether the connection's TLS session is an earlier one's: "r", else "."; ends the connection) and PUT
/// /uploads/NAME.
class NginxServer {
 public:
  /// Throws if it, or openssl which makes its certificates, does not work.
  /// `behind`: of what answers below /behind/, WebSockets too; 0: nothing does.
  explicit NginxServer(int behind = 0);
  ~NginxServer();
  NginxServer(const NginxServer&) = delete;
  NginxServer& operator=(const NginxServer&) = delete;

  [[nodiscard]] std::string https_url() const { return "https://127.0.0.1:" + std::to_string(https_port_); }
  [[nodiscard]] std::string http_url() const { return "http://127.0.0.1:" + std::to_string(http_port_); }
  /// ca.pem, client.pem, client.key, other.pem (another CA) and socket.
  [[nodiscard]] std::string file(const std::string& name) const { return (folder_ / name).string(); }

 private:
  void make_certificates() const;
  void write_config() const;
  void start();
  [[nodiscard]] bool accepts(int port) const;

  std::filesystem::path folder_;
  int behind_port_ = 0, https_port_ = 0, http_port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace e2e_test
