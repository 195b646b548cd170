"""Programs as compilers write them, shortened."""

GPU = """HloModule jit_step, is_scheduled=true

%fused_product (p.0: f32[8,4], p.1: f32[4,2]) -> f32[8,2] {
  %p.0 = f32[8,4]{1,0} parameter(0)
  %p.1 = f32[4,2]{1,0} parameter(1)
  ROOT %dot.1 = f32[8,2]{1,0} dot(%p.0, %p.1), lhs_contracting_dims={1}, rhs_contracting_dims={0}
}

%fused_cut (p.2: f32[40,8,4], p.3: s32[]) -> f32[8,4] {
  %p.2 = f32[40,8,4]{2,1,0} parameter(0)
  %p.3 = s32[] parameter(1)
  %bitcast.9 = f32[40,32]{1,0} bitcast(%p.2)
  %zero = s32[] constant(0)
  %cut = f32[1,32]{1,0} dynamic-slice(%bitcast.9, %p.3, %zero), dynamic_slice_sizes={1,32}
  ROOT %bitcast.10 = f32[8,4]{1,0} bitcast(%cut)
}

%fused_put (p.4: f32[40,8,2], p.5: f32[1,8,2], p.6: s32[]) -> f32[40,8,2] {
  %p.4 = f32[40,8,2]{2,1,0} parameter(0)
  %p.5 = f32[1,8,2]{2,1,0} parameter(1)
  %p.6 = s32[] parameter(2)
  %zero.1 = s32[] constant(0)
  ROOT %put = f32[40,8,2]{2,1,0} dynamic-update-slice(%p.4, %p.5, %p.6, %zero.1, %zero.1)
}

%body (state: (s32[], f32[40,8,4], f32[40,8,2], f32[4,2])) -> (s32[], f32[40,8,4], f32[40,8,2], f32[4,2]) {
  %state = (s32[], f32[40,8,4]{2,1,0}, f32[40,8,2]{2,1,0}, f32[4,2]{1,0}) parameter(0)
  %i = s32[] get-tuple-element(%state), index=0
  %xs = f32[40,8,4]{2,1,0} get-tuple-element(%state), index=1
  %ys = f32[40,8,2]{2,1,0} get-tuple-element(%state), index=2
  %w = f32[4,2]{1,0} get-tuple-element(%state), index=3
  %x = f32[8,4]{1,0} fusion(%xs, %i), kind=kLoop, calls=%fused_cut, metadata={op_name="jit(step)/jvp(Net)/while/body"}
  %y = f32[8,2]{1,0} fusion(%x, %w), kind=kCustom, calls=%fused_product, metadata={op_name="jit(step)/jvp(Net)/dot"}
  %row = f32[1,8,2]{2,1,0} bitcast(%y)
  %kept = f32[40,8,2]{2,1,0} fusion(%ys, %row, %i), kind=kLoop, calls=%fused_put, metadata={op_name="jit(s)/jvp(Net)"}
  %one = s32[] constant(1)
  %next = s32[] add(%i, %one)
  ROOT %out = (s32[], f32[40,8,4]{2,1,0}, f32[40,8,2]{2,1,0}, f32[4,2]{1,0}) tuple(%next, %xs, %kept, %w)
}

%condition (state.1: (s32[], f32[40,8,4], f32[40,8,2], f32[4,2])) -> pred[] {
  %state.1 = (s32[], f32[40,8,4]{2,1,0}, f32[40,8,2]{2,1,0}, f32[4,2]{1,0}) parameter(0)
  %i.1 = s32[] get-tuple-element(%state.1), index=0
  %bound = s32[] constant(40)
  ROOT %less = pred[] compare(%i.1, %bound), direction=LT
}

%roundabout (p.7: f32[4,2]) -> f32[4,2] {
  %p.7 = f32[4,2]{1,0} parameter(0)
  %copy.1 = f32[4,2]{1,0} copy(%p.7)
  ROOT %copy.2 = f32[4,2]{1,0} copy(%copy.1)
}

%straight (p.8: f32[4,2]) -> f32[4,2] {
  %p.8 = f32[4,2]{1,0} parameter(0)
  ROOT %copy.3 = f32[4,2]{1,0} copy(%p.8)
}

ENTRY %main (xs.1: f32[40,8,4], ys.1: f32[40,8,2], w.1: f32[4,2], flag: pred[]) -> f32[4,2] {
  %xs.1 = f32[40,8,4]{2,1,0} parameter(0), sharding={replicated}
  %ys.1 = f32[40,8,2]{2,1,0} parameter(1), metadata={op_name="ys (of the host)"}
  %w.1 = f32[4,2]{1,0} parameter(2)
  %flag = pred[] parameter(3)
  %start = s32[] constant(0)
  %given = (s32[], f32[40,8,4]{2,1,0}, f32[40,8,2]{2,1,0}, /*index=3*/f32[4,2]{1,0}) tuple(%start, %xs.1, %ys.1, %w.1)
  %loop = (s32[], f32[40,8,4]{2,1,0}, f32[40,8,2]{2,1,0}, /*index=3*/f32[4,2]{1,0}) while(%given), """ + (
    """condition=%condition, body=%body, backend_config={"known_trip_count":{"n":"40"},"known_init_step":{"init":"0"}}
  %x.1 = f32[320,4]{1,0} bitcast(%xs.1)
  %g = f32[40,8,2]{2,1,0} get-tuple-element(%loop), index=2
  %g.1 = f32[320,2]{1,0} bitcast(%g)
  %gemm = (f32[4,2]{1,0}, s8[4096]{0}) custom-call(%x.1, %g.1), custom_call_target="__cublas$lt$matmul", """
    """metadata={op_name="jit(step)/transpose(jvp(Net))/dot_general"}
  %dw = f32[4,2]{1,0} get-tuple-element(%gemm), index=0
  %sum = f32[4,2]{1,0} all-reduce-start(%dw), channel_id=1, to_apply=%add, metadata={op_name="jit(step)/psum"}
  %summed = f32[4,2]{1,0} all-reduce-done(%sum)
  ROOT %chosen = f32[4,2]{1,0} conditional(%flag, %summed, %summed), true_computation=%roundabout, """
    """false_computation=%straight
}
"""
)
TPU = """HloModule jit_step

ENTRY %main.1 (p: bf16[128,512]) -> f32[128,512] {
  %p = bf16[128,512]{1,0:T(8,128)(2,1)} parameter(0)
  %named = f32[128,512]{1,0:T(8,128)S(1)} custom-call(), custom_call_target="AllocateBuffer"
  %copy-start = (bf16[128,512]{1,0:T(8,128)(2,1)S(1)}, bf16[128,512]{1,0:T(8,128)(2,1)}, u32[]{:S(2)}) copy-start(%p)
  %copy-done = bf16[128,512]{1,0:T(8,128)(2,1)S(1)} copy-done(%copy-start)
  %here = f32[128,512]{1,0:T(8,128)S(1)} convert(%copy-done)
  ROOT %back = f32[128,512]{1,0:T(8,128)} copy(%here)
}
"""
