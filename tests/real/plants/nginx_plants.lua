-- SPDX-License-Identifier: MIT
-- For nginx's lua module: /lua/NAME stalls the worker, with the truth as for
-- nginx_plants.pm.
local ffi = require('ffi')
-- This file is run for each request; what is declared stays.
pcall(ffi.cdef, [[
  struct plant_time { long s; long ns; };
  int clock_gettime(int clock, struct plant_time *time);
  int getpid(void);
]])
local REALTIME, MONOTONIC, THREAD_CPU = 0, 1, 3

local function now_ns(clock)
  local time = ffi.new('struct plant_time')
  ffi.C.clock_gettime(clock, time)
  return tonumber(time.s) * 1e9 + tonumber(time.ns)
end

local plants = {}

function plants.computing()
  local stop, total = now_ns(THREAD_CPU) + 90e6, 0
  while now_ns(THREAD_CPU) < stop do
    for i = 1, 20000 do total = (total + i * i) % 1000003 end
  end
end

function plants.file()
  local fifo = io.open(os.getenv('PLANT_FIFO'), 'r')
  fifo:read(1)
  fifo:close()
end

function plants.child()
  os.execute('exec sleep 0.08')
end

local name = ngx.var.uri:match('[a-z]+$')
local clock = name == 'computing' and THREAD_CPU or MONOTONIC
local at, begin = now_ns(REALTIME), now_ns(clock)
plants[name]()
local lasted = now_ns(clock) - begin
local out = io.open(os.getenv('PLANT_TRUTH'), 'a')
out:write(string.format(
  '{"plant":"%s","pid":%d,"utc_ns":%.0f,"ns":%.0f,"of":"%s"}\n', name,
  ffi.C.getpid(), at, lasted, clock == MONOTONIC and 'wall' or 'cpu'))
out:close()
ngx.say('ok')
