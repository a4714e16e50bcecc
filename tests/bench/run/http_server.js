// SPDX-License-Identifier: MIT
// http_server.js PORT: a page, by node's own server.
'use strict';
require('http').createServer((request, response) => {
  response.setHeader('Content-Type', 'text/plain');
  response.end('hello, world\n');
}).listen(Number(process.argv[2]), '127.0.0.1');
