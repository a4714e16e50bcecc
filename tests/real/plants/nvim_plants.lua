-- SPDX-License-Identifier: MIT
-- nvim --headless -u NONE -i NONE -l is too new for Debian's nvim, so:
--   nvim --headless -u NONE -i NONE -c 'luafile nvim_plants.lua'
-- A timer ticks each 5 ms and stalls in the ways that PLANT_NAMES names, one
-- after another, each with its truth in the file PLANT_TRUTH. What it needs of
-- the world is in the environment, as plants.h says.
local ffi = require('ffi')
ffi.cdef [[
  struct plant_time { long s; long ns; };
  int clock_gettime(int clock, struct plant_time *time);
  int open(const char *path, int flags, int mode);
  long read(int fd, void *bytes, size_t n);
  int close(int fd);
  int flock(int fd, int how);
  int socket(int family, int type, int protocol);
  int connect(int fd, const void *address, unsigned n);
  long send(int fd, const void *bytes, size_t n, int flags);
  long recv(int fd, void *bytes, size_t n, int flags);
]]
local REALTIME, MONOTONIC, THREAD_CPU = 0, 1, 3
local O_RDWR_CREAT, LOCK_EX = 66, 2

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

function plants.sleeping()
  vim.loop.sleep(80)
end

function plants.file()
  local file = io.open(vim.env.PLANT_FIFO, 'r')
  file:read(1)
  file:close()
end

-- libuv's own call without a callback: it works in place.
function plants.uv_file()
  local fd = vim.loop.fs_open(vim.env.PLANT_FIFO, 'r', 0)
  vim.loop.fs_read(fd, 1, -1)
  vim.loop.fs_close(fd)
end

function plants.socket()
  local port = tonumber(vim.env.PLANT_PORT)
  local address = ffi.new('unsigned char[16]', {2, 0, math.floor(port / 256),
                                                port % 256, 127, 0, 0, 1})
  local byte = ffi.new('char[1]')
  local fd = ffi.C.socket(2, 1, 0)
  ffi.C.connect(fd, address, 16)
  ffi.C.send(fd, byte, 1, 0)
  ffi.C.recv(fd, byte, 1, 0)
  ffi.C.close(fd)
end

-- A child that was started before holds it; it lets go after a while.
function plants.flock()
  local fd = ffi.C.open(vim.env.PLANT_LOCK, O_RDWR_CREAT, 384)
  ffi.C.flock(fd, LOCK_EX)
  ffi.C.close(fd)
end

function plants.child()
  os.execute('exec sleep 0.08')
end

-- What has to be begun a while before.
local ahead = {
  flock = function()
    vim.loop.spawn('flock', {args = {vim.env.PLANT_LOCK, 'sleep', '0.2'}},
                   function() end)
  end,
}

local function plant(name)
  local clock = name == 'computing' and THREAD_CPU or MONOTONIC
  local at, begin = now_ns(REALTIME), now_ns(clock)
  plants[name]()
  local lasted = now_ns(clock) - begin
  local out = io.open(vim.env.PLANT_TRUTH, 'a')
  out:write(string.format(
    '{"plant":"%s","pid":%d,"utc_ns":%.0f,"ns":%.0f,"of":"%s"}\n', name,
    vim.loop.os_getpid(), at, lasted, clock == MONOTONIC and 'wall' or 'cpu'))
  out:close()
end

local names = vim.split(vim.env.PLANT_NAMES, ' ')
local ticks = 0
local timer = vim.loop.new_timer()
timer:start(5, 5, vim.schedule_wrap(function()
  ticks = ticks + 1
  if ticks % 24 == 8 and ahead[names[1]] then
    ahead[names[1]]()
  elseif ticks % 24 == 0 and names[1] then
    plant(table.remove(names, 1))
  elseif ticks % 24 == 0 then
    timer:stop()
    vim.cmd('qall!')
  end
end))
