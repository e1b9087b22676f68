TITLE potassium channel gated by calcium
NEURON {
    SUFFIX kca
    USEION k READ ek WRITE ik
    USEION ca READ cai
    RANGE gbar, minf, taum
}
UNITS {
    (molar) = (1/liter)
    (mM) = (millimolar)
    (mA) = (milliamp)
    (mV) = (millivolt)
}
PARAMETER {
    gbar = 0.01 (mho/cm2)
    beta = 0.03 (1/ms)
    cac = 0.00035 (mM)
    taumin = 0.5 (ms)
}
STATE { m }
ASSIGNED { v (mV) ik (mA/cm2) ek (mV) cai (mM) minf taum (ms) tadj celsius (degC) }
BREAKPOINT {
    SOLVE states METHOD cnexp
    ik = gbar * m*m*m * (v - ek)
}
DERIVATIVE states {
    evaluate(v, cai)
    m' = (minf - m) / taum
}
INITIAL {
    tadj = 3 ^ ((celsius - 22.0)/10)
    evaluate(v, cai)
    m = minf
}
PROCEDURE evaluate(v(mV), cai(mM)) { LOCAL car
    car = (cai/cac)^4
    minf = car / (1 + car)
    taum = 1 / beta / (1 + car) / tadj
    if (taum < taumin) { taum = taumin }
}
