#include "nginx_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace e2e_test {

namespace {

namespace fs = std::filesystem;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port is free");
  ::close(fd);
  return ntohs(address.sin_port);
}

void run(const std::string& command) {
  if (std::system((command + " >/dev/null 2>&1").c_str()) != 0)
    throw std::runtime_error("this failed: " + command);
}

}  // namespace

NginxServer::NginxServer(int behind) : behind_port_(behind) {
  std::string name = (fs::temp_directory_path() / "e2e-nginx-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
  fs::create_directories(folder_ / "www/uploads");
  fs::create_directories(folder_ / "temporary");
  std::ofstream hello(folder_ / "www/hello.txt");
  for (int i = 0; i < 1000; ++i) hello << "hello ";
  hello.close();
  make_certificates();
  http_port_ = free_port();
  https_port_ = free_port();
  write_config();
  start();
}

NginxServer::~NginxServer() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void NginxServer::make_certificates() const {
  const std::string in = "cd " + folder_.string() + " && openssl ";
  const std::string curve = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 ";
  for (const char* ca : {"ca", "other"})
    run(in + "req -x509" + curve + "-keyout " + ca + ".key -out " + ca + ".pem -subj /CN=" + ca);
  for (const char* name : {"server", "client"}) {
    const std::string of(name);
    run(in + "req" + curve + "-keyout " + of + ".key -out " + of + ".csr -subj /CN=" + of +
        " -addext subjectAltName=IP:127.0.0.1");
    run(in + "x509 -req -in " + of + ".csr -CA ca.pem -CAkey ca.key -days 2 -copy_extensions copy -out " +
        of + ".pem");
  }
}

void NginxServer::write_config() const {
  const std::string folder = folder_.string();
  std::ofstream config(folder_ / "nginx.conf");
  config
      << "daemon off; master_process off; pid " << folder << "/pid; error_log " << folder << "/error.log;\n"
      << "events {}\nhttp {\n  access_log off; gzip on; gzip_types text/plain; client_max_body_size 16m;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
    config << "  " << kind << "_temp_path " << folder << "/temporary/" << kind << ";\n";
  config << "  types { text/plain txt; }\n  server {\n    listen 127.0.0.1:" << https_port_ << " ssl http2;\n"
         << "    listen 127.0.0.1:" << http_port_ << ";\n    listen unix:" << folder << "/socket;\n"
         << "    ssl_certificate " << folder << "/server.pem; ssl_certificate_key " << folder
         << "/server.key;\n"
         << "    ssl_client_certificate " << folder
         << "/ca.pem; ssl_verify_client optional; ssl_session_cache shared:sessions:1m;\n"
         << "    root " << folder << "/www;\n    location = /moved { return 302 /hello.txt; }\n"
         << "    location = /client { return 200 \"$ssl_client_s_dn\"; }\n"
         << "    location = /session { keepalive_requests 1; return 200 \"$ssl_session_reused\"; }\n";
  if (behind_port_ > 0)
    config << "    location /behind/ { proxy_pass http://127.0.0.1:" << behind_port_
           << "/; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header "
              "Connection upgrade; }\n";
  config << "    location /uploads/ { dav_methods PUT; create_full_put_path on; }\n  }\n}\n";
}

bool NginxServer::accepts(int port) const {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(port);
  const bool is_open = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(fd);
  return is_open;
}

void NginxServer::start() {
  const std::string config = (folder_ / "nginx.conf").string(), prefix = folder_.string();
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::execl(E2E_NGINX, E2E_NGINX, "-p", prefix.c_str(), "-c", config.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!accepts(https_port_)) {
    if (::waitpid(pid_, nullptr, WNOHANG) == pid_ || std::chrono::steady_clock::now() > deadline) {
      pid_ = -1;
      throw std::runtime_error("nginx did not start: see " + prefix + "/error.log");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace e2e_test
