{"format":2,
"modules":"n",
"choices":[
],
"symbols":[
{"name":"A","type":"bool","choice":null,"defs":[{"file":"Kconfig","line":6,"depends":["&",["&","NET",["|","X86","ARM"]],["&",["&","B",["!","C"]],["=","D",{"is":"y"}]]]}],"props":[{"kind":"prompt","file":"Kconfig","line":7,"cond":["&",["&","NET",["|","X86","ARM"]],["&",["&","B",["!","C"]],["=","D",{"is":"y"}]]],"text":"a"}]},
{"name":"OK","type":"bool","choice":null,"defs":[{"file":"Kconfig","line":16,"depends":["&","NET",["|","X86","ARM"]]}],"props":[{"kind":"prompt","file":"Kconfig","line":17,"cond":["&","NET",["|","X86","ARM"]],"text":"ok"}]},
{"name":"ALONE","type":"bool","choice":null,"defs":[{"file":"Kconfig","line":21,"depends":["&",["|","B","C"],"E"]}],"props":[{"kind":"prompt","file":"Kconfig","line":22,"cond":["&",["|","B","C"],"E"],"text":"alone"}]}]}
