#!/usr/bin/env bash
# The same tests (tests/plugins/anywhere) against httpbin, nginx and the demo backend, each over HTTP/1.1 and HTTP/2, in clear
# text and over TLS. The servers are those of distribution packages, started here on ports of their own.
#
#   tests/e2e/same_suite.sh BUILD_FOLDER     exit 77: httpbin or nginx is not installed
set -euo pipefail
build=$(realpath "$1")
PATH=$PATH:/usr/sbin
python=/usr/bin/python3 # the distribution's, whose packages these are
if ! command -v nginx >/dev/null || ! "$python" -c 'import httpbin, gunicorn' 2>/dev/null; then
  echo "skipped: nginx or httpbin is not installed: tools/install-deps.sh test"
  exit 77
fi
work=$(mktemp -d)
servers=()
end_servers() {
  for server in "${servers[@]}"; do kill "$server" 2>/dev/null || true; done
  wait
  rm -rf "$work"
}
trap end_servers EXIT
cd "$work"
mkdir www temporary

# ports N: free ones of 127.0.0.1, a line each.
ports() {
  "$python" - "$1" <<'END'
import socket, sys
taken = [socket.socket() for _ in range(int(sys.argv[1]))]
for each in taken: each.bind(("127.0.0.1", 0))
for each in taken: print(each.getsockname()[1])
END
}
# wait_for PORT PID LOG: until it accepts connections.
wait_for() {
  for _ in $(seq 1200); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return; fi
    kill -0 "$2" 2>/dev/null || break
    sleep 0.05
  done
  echo "same_suite: nothing listens on port $1:" >&2
  cat "$3" >&2
  exit 1
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -keyout server.key -out server.pem -subj /CN=same-suite \
  -addext subjectAltName=IP:127.0.0.1 >openssl.log 2>&1 || { cat openssl.log >&2; exit 1; }

mapfile -t free < <(ports 8)
httpbin=${free[0]} nginx=${free[1]}
"$python" -m gunicorn --bind "127.0.0.1:$httpbin" --worker-class gthread --threads 4 httpbin:app >httpbin.log 2>&1 &
servers+=($!)
wait_for "$httpbin" $! httpbin.log
"$build/bin/demo-backend" --only users --users-port 0 --ports-file ports.json >backend.log 2>&1 &
servers+=($!)
for _ in $(seq 400); do [ -s ports.json ] && break; sleep 0.05; done
backend=$(grep -oE '[0-9]+' ports.json | tail -n 1) || { cat backend.log >&2; exit 1; }
wait_for "$backend" "$!" backend.log

# nginx answers itself on one port, and is in front of each of the three on two more: in clear text with HTTP/2, and with TLS.
front() { # NAME CLEAR_PORT TLS_PORT PORT_BEHIND
  cat <<END
  server {
    listen 127.0.0.1:$2 http2;
    listen 127.0.0.1:$3 ssl http2;
    ssl_certificate $work/server.pem;
    ssl_certificate_key $work/server.key;
    location / { proxy_pass http://127.0.0.1:$4; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
END
}
{
  echo "daemon off; master_process off; pid $work/pid; error_log $work/nginx.log; events {} http {"
  echo "  access_log off; gzip on; gzip_types application/json; gzip_min_length 1; default_type application/json;"
  for kind in client_body proxy fastcgi uwsgi scgi; do echo "  ${kind}_temp_path $work/temporary/$kind;"; done
  cat <<END
  server {
    listen 127.0.0.1:$nginx;
    root $work/www;
    location = /json { if (\$request_method !~ ^(GET|HEAD)\$) { return 405; } return 200 '{"server": "nginx"}'; }
    location = /post { return 201 '{"is": "taken"}'; }
  }
END
  front httpbin "${free[2]}" "${free[3]}" "$httpbin"
  front nginx "${free[4]}" "${free[5]}" "$nginx"
  front backend "${free[6]}" "${free[7]}" "$backend"
  echo "}"
} >nginx.conf
nginx -p "$work" -c "$work/nginx.conf" >nginx.out 2>&1 &
servers+=($!)
wait_for "$nginx" $! nginx.log

# service NAME URL VERSION JSON POST
service() {
  cat <<END
  $1:
    base_url: $2
    requests: {http_version: "$3", tls_ca: $work/server.pem}
    plugins: {anywhere: {version: "$3", json: $4, post: $5}}
END
}
{
  echo "services:"
  each() { # NAME DIRECT_PORT CLEAR_PORT TLS_PORT JSON POST
    service "$1_http1" "http://127.0.0.1:$2" 1.1 "$5" "$6"
    service "$1_http2" "http://127.0.0.1:$3" 2 "$5" "$6"
    service "$1_tls_http1" "https://127.0.0.1:$4" 1.1 "$5" "$6"
    service "$1_tls_http2" "https://127.0.0.1:$4" 2 "$5" "$6"
  }
  each httpbin "$httpbin" "${free[2]}" "${free[3]}" /get /post
  each nginx "$nginx" "${free[4]}" "${free[5]}" /json /post
  each backend "$backend" "${free[6]}" "${free[7]}" /health /users
} >e2e.conf
"$build/bin/e2e-host" run --plugins "$build/tests/plugins/anywhere.so" -j 2 --output json=results.json
passed=$(grep -o '"outcome":"passed"' results.json | wc -l)
[ "$passed" = 108 ] || { echo "same_suite: $passed of 108 tests passed" >&2; exit 1; }
