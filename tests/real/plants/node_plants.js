// SPDX-License-Identifier: MIT
// node_plants.js PLANT...: ticks each 5 ms and stalls in the ways that are
// named, one after another, each with its truth in the file PLANT_TRUTH. What
// it needs of the world is in the environment, as plants.h says; descriptor 3
// is a socket on which somebody answers late.
'use strict';
const {execSync, spawnSync} = require('child_process');
const fs = require('fs');
const {Worker} = require('worker_threads');

const cell = new Int32Array(new SharedArrayBuffer(4));
let sink = 0;

// CPU time of the process, all threads of which but this one rest.
function processNs() {
  const {user, system} = process.cpuUsage();
  return (user + system) * 1000;
}

// Of this thread: less what others have had (compilers, collectors of memory).
function cpuNs() {
  const tasks = fs.readdirSync('/proc/self/task');
  const others = tasks.filter((task) => task !== String(process.pid));
  return others.reduce((ns, task) => {
    const path = `/proc/self/task/${task}/schedstat`;
    return ns - Number(fs.readFileSync(path, 'latin1').split(' ')[0]);
  }, processNs());
}

function wallNs() {
  return Number(process.hrtime.bigint());
}

function burn(ns) {
  const end = processNs() + ns;
  while (processNs() < end)
    for (let i = 0; i < 100000; i++)
      sink = (sink + i * i) % 1000003;
}

function readFifo() {
  const fd = fs.openSync(process.env.PLANT_FIFO, 'r');
  fs.readSync(fd, Buffer.alloc(1));
  fs.closeSync(fd);
}

function readSocket() {
  fs.writeSync(3, 'x');
  fs.readSync(3, Buffer.alloc(1));
}

// Another thread holds it, and lets go after a while.
function lock() {
  Atomics.store(cell, 0, 1);
  holder.postMessage('hold');
  Atomics.wait(cell, 0, 1);
}

const plants = {
  computing: [() => burn(90e6), cpuNs],
  sleeping: [() => Atomics.wait(cell, 0, 0, 80), wallNs],
  file: [readFifo, wallNs],
  socket: [readSocket, wallNs],
  lock: [lock, wallNs],
  child: [() => execSync('exec sleep 0.08'), wallNs],
  spawn: [() => spawnSync('sleep', ['0.08']), wallNs],
};

const holder = new Worker(`
    const {parentPort, workerData} = require('worker_threads');
    parentPort.on('message', () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 70);
      Atomics.store(workerData, 0, 0);
      Atomics.notify(workerData, 0);
    });`, {eval: true, workerData: cell});

function plant(name) {
  const [run, clock] = plants[name];
  Atomics.store(cell, 0, 0);
  const at = Date.now() * 1e6, begin = clock();
  run();
  const ns = clock() - begin;
  fs.appendFileSync(process.env.PLANT_TRUTH, JSON.stringify({
    plant: name, pid: process.pid, utc_ns: at, ns: Math.round(ns),
    of: clock === cpuNs ? 'cpu' : 'wall'
  }) + '\n');
}

const names = process.argv.length > 2 ? process.argv.slice(2)
    : Object.keys(plants);
let ticks = 0;

// So that no compiler is at work when it counts.
burn(200e6);
for (let i = 0; i < 50; i++)
  cpuNs();

holder.once('online', () => {
  const timer = setInterval(() => {
    if (++ticks % 12 !== 0)
      return;
    if (names.length > 0) {
      plant(names.shift());
    } else {
      clearInterval(timer);
      holder.terminate();
    }
  }, 5);
});
