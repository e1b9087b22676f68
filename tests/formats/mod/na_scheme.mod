NEURON {
    SUFFIX na5
    USEION na READ ena WRITE ina
    RANGE gbar, g
}
UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
PARAMETER {
    gbar = 0.05 (S/cm2)
    con = 0.01 (/ms)
    ooff = 0.05 (/ms)
}
ASSIGNED { v (mV) ena (mV) celsius (degC) ina (mA/cm2) g (S/cm2) a (/ms) b (/ms) q }
STATE { c1 c2 o i1 i2 }
BREAKPOINT {
    SOLVE gating METHOD sparse
    g = gbar*o
    ina = g*(v - ena)
}
INITIAL {
    q = 3^((celsius - 22 (degC))/10 (degC))
    SOLVE gating STEADYSTATE sparse
}
KINETIC gating {
    rates(v)
    ~ c1 <-> c2 (2*a, b)
    ~ c2 <-> o  (a, 2*b)
    ~ o  <-> i1 (0.8*q, 0.002*q)
    ~ c2 <-> i2 (con*q, ooff*q*b/(a + b))
    ~ i2 <-> i1 (a, b/40)
    CONSERVE c1 + c2 + o + i1 + i2 = 1
}
PROCEDURE rates(v (mV)) {
    a = q * 1.5 (/ms) * exp((v + 20 (mV))/22 (mV))
    b = q * 0.3 (/ms) * exp(-(v + 50 (mV))/14 (mV))
}
