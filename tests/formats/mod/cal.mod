TITLE L-type calcium current, constant field
NEURON {
    SUFFIX cal
    USEION ca READ cai, cao WRITE ica
    RANGE pcabar, ica
}
UNITS {
    (mA) = (milliamp)
    (mV) = (millivolt)
    (mM) = (milli/liter)
    FARADAY = (faraday) (coulomb)
    R = (k-mole) (joule/degC)
}
PARAMETER { pcabar = 2.5e-4 (cm/s) ki = 0.001 (mM) }
ASSIGNED { v (mV) celsius (degC) ica (mA/cm2) cai (mM) cao (mM) minf taum (ms) }
STATE { m }
BREAKPOINT {
    SOLVE states METHOD cnexp
    ica = pcabar*m*m*h2(cai)*ghk(v, cai, cao)
}
INITIAL { rates(v) m = minf }
DERIVATIVE states { rates(v) m' = (minf - m)/taum }
FUNCTION h2(cai (mM)) { h2 = ki/(ki + cai) }
FUNCTION ghk(v (mV), ci (mM), co (mM)) (.001 coul/cm3) {
    LOCAL z, eci, eco
    z = (1e-3)*2*FARADAY*v/(R*(celsius + 273.15))
    eco = co*efun(z)
    eci = ci*efun(-z)
    ghk = (.001)*2*FARADAY*(eci - eco)
}
FUNCTION efun(z) {
    if (fabs(z) < 1e-4) {
        efun = 1 - z/2
    } else {
        efun = z/(exp(z) - 1)
    }
}
PROCEDURE rates(v (mV)) { LOCAL a, b
    a = 15.69*(81.5 - v)/(exp((81.5 - v)/10.0) - 1.0)
    b = 0.29*exp(-v/10.86)
    taum = 1/(a + b)
    minf = a*taum
}
